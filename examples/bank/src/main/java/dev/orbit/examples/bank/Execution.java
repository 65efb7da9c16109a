package dev.orbit.examples.bank;

/**
 * What became of one time of a standing order.
 *
 * @param occurrence names the time; also the id of the payment
 * @param paid whether it was paid; else the customer held too little, or had no approval
 * @param remark why not; empty when it was
 */
public record Execution(String occurrence, boolean paid, String remark) {}
