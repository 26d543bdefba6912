"""Benchmarks: what is measured, and how, without a part in the product."""
