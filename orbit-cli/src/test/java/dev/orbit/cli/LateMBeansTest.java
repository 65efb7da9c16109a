package dev.orbit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.junit.jupiter.api.Test;

class LateMBeansTest {
  /** What a bean tells of itself. */
  public interface Told {
    int getAnswer();
  }

  private static final class Bean extends StandardMBean implements Told {
    final AtomicInteger lookedAt = new AtomicInteger();

    Bean() {
      super(Told.class, false);
    }

    @Override
    public int getAnswer() {
      return 42;
    }

    @Override
    public MBeanInfo getMBeanInfo() {
      lookedAt.incrementAndGet();
      return super.getMBeanInfo();
    }
  }

  private final LateMBeans builder = new LateMBeans();
  private final MBeanServer server =
      builder.newMBeanServer("test", null, builder.newMBeanServerDelegate());

  @Test
  void looksAtTheBeansOfThePlatformWhenSomebodyAsks() throws JMException {
    Bean bean = new Bean();
    ObjectName name = new ObjectName("java.lang:type=Told");
    int before = bean.lookedAt.get();

    assertThat(server.registerMBean(bean, name).getObjectName()).isEqualTo(name);
    assertThat(bean.lookedAt).hasValue(before);

    assertThat(server.getAttribute(name, "Answer")).isEqualTo(42);
    assertThat(bean.lookedAt).hasValueGreaterThan(before);
    assertThat(server.getDomains()).contains("java.lang");
  }

  @Test
  void registersAnythingElseAtOnce() throws JMException {
    Bean bean = new Bean();
    ObjectName name = new ObjectName("shop:type=Told");
    int before = bean.lookedAt.get();

    server.registerMBean(bean, name);

    assertThat(bean.lookedAt).hasValueGreaterThan(before);
    assertThatThrownBy(() -> server.registerMBean(bean, name))
        .isInstanceOf(InstanceAlreadyExistsException.class);
  }

  @Test
  void failsAsTheServerDoes() throws JMException {
    ObjectName nobody = new ObjectName("java.lang:type=Nobody");

    assertThatThrownBy(() -> server.getMBeanInfo(nobody))
        .isInstanceOf(InstanceNotFoundException.class);
    server.registerMBean(new Bean(), nobody);
    assertThatThrownBy(() -> server.registerMBean(new Bean(), nobody))
        .isInstanceOf(InstanceAlreadyExistsException.class);
  }

  /** The names by which a bean is held back are those that the JDK gives to its own. */
  @Test
  void holdsBackAllThatTheJdkRegisters() throws JMException {
    for (ObjectName name : ManagementFactory.getPlatformMBeanServer().queryNames(null, null)) {
      if (name.getDomain().equals("JMImplementation")) {
        continue;
      }
      Bean bean = new Bean();
      int before = bean.lookedAt.get();
      builder
          .newMBeanServer("test", null, builder.newMBeanServerDelegate())
          .registerMBean(bean, name);
      assertThat(bean.lookedAt).as(name.toString()).hasValue(before);
    }
  }
}
