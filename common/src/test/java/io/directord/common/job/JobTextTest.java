package io.directord.common.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.json.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class JobTextTest {

  @Test
  void aCommandIsShownWithItsRootAndASecretByItsName() {
    assertEquals("--root /srv ls", text("{'verb':'RUN','command':'ls','root':'/srv','nice':'5'}"));
    assertEquals("ls", text("{'verb':'RUN','command':'ls','user':'web','secret':['a']}"));
    assertEquals("--secret a", text("{'verb':'ARG','secret':'a','files':[{'path':'secret'}]}"));
  }

  @Test
  void aCommandIsItsText() {
    assertEquals(
        "uname -r", text("{'verb':'RUN','no_block':false,'retry':1,'command':'uname -r'}"));
  }

  @Test
  void aPasswordOfAUrlIsNotShownAlsoWhereItIsCut() {
    assertEquals(
        "http://me:***@app/health", text("{'verb':'WAIT','url':'http://me:secret@app/health'}"));
    assertFalse(
        text("{'verb':'WAIT','url':'http://me:" + "s".repeat(500) + "@app/'}").contains("ss"));
  }

  @Test
  void whatIsSetIsNamedWithoutItsValue() {
    assertEquals("TOKEN", text("{'verb':'ENV','envs':{'TOKEN':'secret'}}"));
    assertEquals("token", text("{'verb':'ARG','args':{'token':{'name':'secret'}}}"));
  }

  @Test
  void aPodIsNamed() {
    assertEquals(
        "start web /run/podman.sock",
        text(
            "{'verb':'POD','pod_action':'start','kwargs':{'name':'web','env':['A=secret']},"
                + "'socket_path':'/run/podman.sock'}"));
    assertEquals(
        "play /srv/web.yaml",
        text("{'verb':'POD','pod_action':'play','kwargs':{'pod_file':'/srv/web.yaml'}}"));
  }

  @Test
  void severalLinesBecomeOne() {
    assertEquals(
        "set -e; make test", text("{'verb':'RUN','command':'set -e;\\n  make\\ttest\\n'}"));
  }

  @Test
  void filesAreShownWithTheirDestinations() {
    assertEquals(
        "/srv/app.conf /etc/app/app.conf",
        text(
            "{'verb':'COPY','blueprint':true,'files':[{'path':'/srv/app.conf','sha256':'"
                + "0".repeat(64)
                + "','size':3,'to':'/etc/app/app.conf'}]}"));
  }

  @Test
  void aDirectoryIsShownOnceWithItsDestination() {
    String tree = "'path':'/srv/site','sha256':'" + "0".repeat(64) + "','size':181";
    assertEquals(
        "/srv/site /var/www",
        text(
            "{'verb':'COPY','recursive':true,'exclude':['*.tmp','cache/'],'files':[{"
                + tree
                + "}],'tree':{"
                + tree
                + ",'files':2,'bytes':4,'to':'/var/www'}}"));
  }

  @Test
  void whatIsNotDeliveredIsNotShownAsADestination() {
    assertEquals(
        "/srv/app.conf /etc/app/app.conf",
        text(
            "{'verb':'COPY','files':[{'path':'/srv/app.conf','sha256':'"
                + "0".repeat(64)
                + "','size':3,'to':'/etc/app/app.conf'}],'undelivered':['/srv/dangling.conf']}"));
  }

  @Test
  void ofALongSourceTheEndIsShownWhichTellsJobsApart() {
    assertEquals(
        ".../web-1/app.conf /etc/app.conf",
        text(
            "{'verb':'COPY','files':[{'path':'/srv/sites/eu/web-1/app.conf','sha256':'"
                + "0".repeat(64)
                + "','size':3,'to':'/etc/app.conf'}]}"));
  }

  @Test
  void anOwnerIsShownWithItsOption() {
    String file = "'files':[{'path':'/a','sha256':'" + "0".repeat(64) + "','size':3,'to':'/b'}]}";
    assertEquals("--chown app /a /b", text("{'verb':'COPY','user':'app','mode':420," + file));
    assertEquals(
        "--chown app:www /a /b", text("{'verb':'COPY','user':'app','group':'www'," + file));
    assertEquals("--chown :www /d", text("{'verb':'WORKDIR','group':'www','workdir':'/d'}"));
    assertEquals("bob", text("{'verb':'GREET','user':'bob'}"));
  }

  @Test
  void whatBringsAVerbToTheNodesIsNotShown() {
    assertEquals(
        "/etc/hosts a",
        text(
            "{'verb':'LINE','path':'/etc/hosts','line':'a','component':{'cacheable':false},"
                + "'files':[{'path':'/usr/share/line.sh','sha256':'"
                + "0".repeat(64)
                + "','size':3,'to':'line.sh'}]}"));
  }

  @Test
  void listsAreShownAndFlagsAreNot() {
    assertEquals(
        "nginx curl latest",
        text("{'verb':'PACKAGE','packages':['nginx','curl'],'state':'latest','purge':false}"));
    assertEquals("", text("{'verb':'REBOOT','time':3}"));
  }

  @Test
  void aLongTextLosesItsEnd() {
    String long1 = text("{'verb':'RUN','command':'" + "x".repeat(5_000_000) + "'}");
    assertEquals(JobText.MAX_CHARACTERS, long1.length());
    assertTrue(long1.endsWith("x..."));
    String wide = text("{'verb':'RUN','command':'" + "y" + "😀".repeat(200) + "'}");
    String kept = wide.substring(0, wide.length() - 3);
    assertFalse(Character.isHighSurrogate(kept.charAt(kept.length() - 1)), wide);
  }

  private static String text(String json) {
    return JobText.of(JobJson.read((ObjectNode) Json.mapper().readTree(json.replace('\'', '"'))));
  }
}
