/** The resolver on a real etcd server. */
package dev.orbit.examples.etcd;
