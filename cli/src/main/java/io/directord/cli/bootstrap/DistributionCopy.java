package io.directord.cli.bootstrap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Installs a distribution on hosts: a directory of its own in {@code /opt}, to which the link
 * {@code /opt/directord} leads. Files that have been copied are not copied again, and the directory
 * is there only when it is whole.
 */
final class DistributionCopy {
  private static final int EXECUTABLE = 0755;
  private static final int READABLE = 0644;
  private static final Pattern SUM = Pattern.compile("([0-9a-f]{64}) [ *]\\./(.*)");

  /** The arguments are the directory in the home directory, and the name of the distribution. */
  private static final String INSTALL =
      """
      set -e
      new=/opt/%2$s.new
      rm -rf $new
      mkdir -p /opt
      cp -R %1$s $new
      chown -R 0:0 $new
      chmod -R u=rwX,go=rX $new
      mv $new /opt/%2$s
      rm -rf %1$s
      """;

  private static final String LINK =
      """
      set -e
      touch %2$s
      ln -sfn %1$s /opt/directord
      mkdir -p /usr/local/bin
      ln -sf /opt/directord/bin/directord /usr/local/bin/directord
      """;

  /** Says what is in /opt: a word for each thing, and where the link leads. */
  private static final String LOOK =
      """
      if [ -e /opt/directord ] && [ ! -h /opt/directord ]; then echo no-link; fi
      if [ -d /opt/%1$s ]; then echo installed; fi
      readlink /opt/directord || :
      """;

  private final LocalDistribution distribution;

  /** In the home directory. */
  private final String staging;

  DistributionCopy(LocalDistribution distribution, String staging) {
    this.distribution = distribution;
    this.staging = staging + "/" + distribution.name();
  }

  /** Installs it; returns what was done, or nothing if it is there already. */
  String install(SshHost host, Shell user, Shell administrator) throws StepException, IOException {
    String name = distribution.name();
    List<String> found = administrator.run(LOOK.formatted(name)).lines().toList();
    if (found.contains("no-link")) {
      throw new StepException(
          "/opt/directord is there, and is not the link that bootstrap makes: move it away");
    }
    boolean installed = found.contains("installed");
    if (installed && found.contains(name)) {
      return "";
    }
    int copied = 0;
    if (!installed) {
      copied = upload(host, user);
      administrator.run(INSTALL.formatted(staging, name));
    }
    administrator.run(LINK.formatted(name, NodeInstall.CHANGED));
    return copied + " of " + distribution.files().size() + " files copied, installed";
  }

  private int upload(SshHost host, Shell user) throws StepException, IOException {
    String directories =
        distribution.files().keySet().stream()
            .map(path -> path.substring(0, path.lastIndexOf('/')))
            .distinct()
            .map(directory -> staging + "/" + directory)
            .collect(Collectors.joining(" "));
    user.run("umask 077 && mkdir -p " + directories);
    Map<String, String> there = sums(user);
    int copied = 0;
    for (Map.Entry<String, String> file : distribution.files().entrySet()) {
      if (!file.getValue().equals(there.get(file.getKey()))) {
        Path local = distribution.home().resolve(file.getKey());
        host.put(
            local,
            staging + "/" + file.getKey(),
            Files.isExecutable(local) ? EXECUTABLE : READABLE);
        copied++;
      }
    }
    if (!sums(user).equals(distribution.files())) {
      throw new StepException("what was copied to ~/" + staging + " is not what is here");
    }
    return copied;
  }

  /** SHA-256 of the files that are there, by path. */
  private Map<String, String> sums(Shell user) throws StepException, IOException {
    Map<String, String> sums = new HashMap<>();
    user.run("cd " + staging + " && find . -type f -exec sha256sum {} +")
        .lines()
        .map(SUM::matcher)
        .filter(Matcher::matches)
        .forEach(sum -> sums.put(sum.group(2), sum.group(1)));
    return sums;
  }
}
