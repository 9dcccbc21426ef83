package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody learns who listens on the network. */
class PacketCaptureIT {
  private static final String CONTROL = "control text that everybody may read";
  private static final String COMMAND = "command-that-is-nobody-elses";
  private static final String OUTPUT = "output-that-is-nobody-elses";
  private static final String CONTENT = "content-that-is-nobody-elses";

  @TempDir Path directory;

  @Test
  void nothingOfARunIsReadable() throws IOException {
    TestCluster cluster = new TestCluster(directory);
    String key = cluster.variable("DIRECTORD_SHARED_KEY");
    String wrongKey = "wrong-key-that-is-tried";
    PacketCapture capture =
        PacketCapture.start(directory, cluster.jobPort(), cluster.contentPort());
    try (cluster;
        capture) {
      run(cluster);
      cluster.set("DIRECTORD_SHARED_KEY", wrongKey);
      cluster.startClient("intruder");
      awaiting("the intruder is turned away")
          .until(() -> cluster.server().log().contains("another shared key"));
      sayInClear(cluster.contentPort());
      awaiting("the capture sees what is said in clear").until(() -> capture.contains(CONTROL));
      for (String secret : new String[] {key, wrongKey, COMMAND, OUTPUT, CONTENT}) {
        assertFalse(capture.contains(secret), secret);
      }
    }
    assertTrue(capture.messages().contains("0 packets dropped by kernel"), capture::messages);
  }

  /** So that the test above can fail: this is what it looks for. */
  @Test
  void withoutEncryptionItIsReadable() throws IOException {
    TestCluster cluster = new TestCluster(directory);
    cluster.set("DIRECTORD_INSECURE", "true").set("DIRECTORD_SHARED_KEY", null);
    try (cluster;
        PacketCapture capture =
            PacketCapture.start(directory, cluster.jobPort(), cluster.contentPort())) {
      run(cluster);
      awaiting("the command is seen").until(() -> capture.contains(COMMAND));
      awaiting("its output is seen").until(() -> capture.contains(OUTPUT));
    }
  }

  private void run(TestCluster cluster) throws IOException {
    cluster.startServer();
    cluster.startClient("node-1");
    cluster.awaitActive(1);
    // The output is put together on the node, so that the command does not hold it.
    String command = ": " + COMMAND + "; echo " + OUTPUT.replace("that", "$(echo that)");
    String output = cluster.run("exec", "--stream", "--verb", "RUN", command).expect(0).out();
    assertTrue(output.contains(OUTPUT), output);
    Path source = cluster.write("source.txt", (CONTENT + "\n").repeat(20_000));
    Path destination = directory.resolve("destination.txt");
    cluster.run("exec", "--wait", "--verb", "COPY", source + " " + destination).expect(0);
    assertEquals(-1, Files.mismatch(source, destination));
  }

  private static void sayInClear(int port) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write(CONTROL.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
    }
  }
}
