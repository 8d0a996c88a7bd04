"""The command line, for servers without a browser: ``python -m w2v_core``. Each command has a module."""
