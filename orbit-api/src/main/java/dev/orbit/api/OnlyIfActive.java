package dev.orbit.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of a contract that runs only where its actor is in memory already; a call never
 * activates it. Where it is not, nothing runs, and the caller of a method that returns an {@link
 * java.util.Optional} gets an empty one. The method returns {@code void}, an {@code Optional}, or a
 * stage of {@code Void} or an {@code Optional}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface OnlyIfActive {}
