"""What every screen shares: frame, texts, charts, forms."""
