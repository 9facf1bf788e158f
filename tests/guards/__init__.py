"""What every test watches without asking: each module here is a plugin of pytest, listed in tests/conftest.py."""
