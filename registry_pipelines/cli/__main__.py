"""``python -m registry_pipelines.cli`` is ``registry``."""

from registry_pipelines.cli import main

main()
