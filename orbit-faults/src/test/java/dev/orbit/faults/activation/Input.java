package dev.orbit.faults.activation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** What a process is told, line by line. */
final class Input {
  private Input() {}

  /** What is to be done about a line. */
  interface Told {
    void told(String[] words) throws InterruptedException;
  }

  /** Obeys until the input ends; then this process ends at once. */
  static void obey(Told told) throws IOException, InterruptedException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      told.told(line.split(" "));
    }
    Runtime.getRuntime().halt(0);
  }
}
