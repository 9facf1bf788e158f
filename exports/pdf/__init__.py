"""PDF documents: tagged, embedded fonts, French. Renderers take dataclasses of exports.rows and return bytes; they never query."""
