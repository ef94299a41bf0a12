"""What people see and touch: the only place that knows Qt.

A screen is a folder (`view.py`, `viewmodel.py`, `model.py`, `delegate.py`) built on the widgets of
`desktop.ui.kit`, coloured by `desktop.ui.theme`, and fed through `desktop.ui.background`.
"""
