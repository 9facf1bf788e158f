// Préau: small conveniences. Nothing here is needed to read or to act.
