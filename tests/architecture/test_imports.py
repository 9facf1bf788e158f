from importlinter.cli import lint_imports


def test_apps_import_downwards_only():
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)

    assert status == 0
