"""The Qt-free core: data, statements, the interpreter that runs them, and what is read back."""
