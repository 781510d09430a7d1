"""Every service as processes of their own, started, watched and ended together: `notalone run-real`.

`plan` says which processes there are; `supervisor` keeps them running; `child` is one of them, tied to us by `tether`.
"""
