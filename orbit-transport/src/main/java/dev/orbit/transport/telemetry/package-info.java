/**
 * What can be seen of calls and nodes from outside: metrics and traces by the OpenTelemetry API.
 *
 * <p>{@link dev.orbit.transport.telemetry.OrbitMetric} is the catalogue of all instruments; the
 * page for operators is checked against it. {@link dev.orbit.transport.telemetry.Telemetry} makes
 * the instruments once and measures calls at both ends. Trace context travels with a message as W3C
 * headers, whatever propagators the process has.
 *
 * <p>Rules: without an SDK nothing is measured and a call pays one read of a field; what a node
 * counts anyway is read when somebody collects, and costs calls nothing; attributes have few
 * values: types, methods and error codes, never keys. Thread-safe.
 */
@NullMarked
package dev.orbit.transport.telemetry;

import org.jspecify.annotations.NullMarked;
