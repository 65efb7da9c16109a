package dev.orbit.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerBuilder;
import javax.management.MBeanServerDelegate;
import javax.management.ObjectInstance;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Builds the platform's MBean server so that what is registered is looked at when somebody asks it
 * for something, as a console does. Raft's storage asks for the server in each node and never asks
 * it anything; to describe the JVM's diagnostic commands the JDK then reads the XML settings of its
 * flight recorder, which keeps a node that starts from being ready.
 *
 * <p>Named by the property {@code javax.management.builder.initial}. Thread-safe.
 */
public final class LateMBeans extends MBeanServerBuilder {
  /** As the JDK asks for it. */
  public LateMBeans() {}

  @Override
  public MBeanServer newMBeanServer(
      String defaultDomain, @Nullable MBeanServer outer, MBeanServerDelegate delegate) {
    Server server = new Server(super.newMBeanServer(defaultDomain, outer, delegate));
    return (MBeanServer)
        Proxy.newProxyInstance(
            LateMBeans.class.getClassLoader(),
            new Class<?>[] {MBeanServer.class},
            (_, method, arguments) -> server.call(method, arguments));
  }

  private static final class Server {
    private record Late(Object bean, ObjectName name) {}

    private final MBeanServer real;

    /** Of the JDK's own, which have names of their own; null once they are registered. */
    private @Nullable List<Late> late = new ArrayList<>();

    Server(MBeanServer real) {
      this.real = real;
    }

    @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
      if (method.getName().equals("registerMBean") && arguments != null) {
        Object bean = arguments[0];
        if (arguments[1] instanceof ObjectName name && isOfThePlatform(name) && waits(bean, name)) {
          return new ObjectInstance(name, bean.getClass().getName());
        }
      }
      registerAll();
      try {
        return method.invoke(real, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    private static boolean isOfThePlatform(ObjectName name) {
      String domain = name.getDomain();
      return domain.startsWith("java.")
          || domain.startsWith("jdk.")
          || domain.startsWith("com.sun.");
    }

    private synchronized boolean waits(Object bean, ObjectName name) {
      return late != null && late.add(new Late(bean, name));
    }

    private synchronized void registerAll() throws JMException {
      List<Late> waiting = late;
      late = null;
      if (waiting != null) {
        for (Late each : waiting) {
          real.registerMBean(each.bean, each.name);
        }
      }
    }
  }
}
