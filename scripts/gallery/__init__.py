"""Every message and window of the bot as pictures, wide and narrow, light or dark: `python -m scripts.gallery`."""
