package dev.orbit.testkit.cart;

/** So many of something. */
public record Line(String sku, int quantity) {}
