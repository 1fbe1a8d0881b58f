"""Run work on this machine or on a cluster; know nothing of the work."""

from pathlib import Path

from pipelines.core.errors import ConfigError


def check(file: Path, key: str, engine: str) -> None:
    """See to it that there is such an engine.

    Args:
        file: The corpus.toml.
        key: The setting that names it.
        engine: Its name.

    Raises:
        ConfigError: There is not.
    """
    if engine not in {"local", "ray"}:
        message = f'{file}: {key} must be "local" or "ray", not {engine!r}.'
        raise ConfigError(message)
