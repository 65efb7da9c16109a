package dev.orbit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

/** The page of settings is what the settings say of themselves. */
class ConfigurationPageTest {
  @Test
  void thePageIsMadeOfTheReferenceAndTheCode() {
    assertThat(Pages.read(ConfigurationPage.PAGE))
        .as("write it again by the main of ConfigurationPage")
        .isEqualTo(ConfigurationPage.text());
  }

  @Test
  void everySettingHasItsHeading() {
    String page = Pages.read(ConfigurationPage.PAGE);

    assertThat(ConfigFactory.parseResources("reference.conf").getObject("orbit").keySet())
        .hasSizeGreaterThan(40)
        .allSatisfy(key -> assertThat(page).contains("`orbit." + key + "`"));
  }

  @Test
  void everySettingOfTheTransportSaysWhatItMeans() {
    assertThat(Pages.read(ConfigurationPage.PAGE).lines().filter(line -> line.startsWith("| `")))
        .hasSizeGreaterThan(25)
        .allSatisfy(row -> assertThat(row).doesNotContain("|  |").hasSizeGreaterThan(40));
  }
}
