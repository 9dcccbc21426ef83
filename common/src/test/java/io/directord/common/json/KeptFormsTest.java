package io.directord.common.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.Analysis;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.wire.Heartbeat;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes that are on disks, on the wire and in the programs of others: however the records are
 * cut, what was written is read, and written as it was.
 */
class KeptFormsTest {
  private static final String ID = "9c64a61e-268b-477c-bae3-06f271293727";

  /** Keys that are written only by who has something to say with them. */
  private static final Set<String> LEFT_OUT_WITHOUT_VALUE =
      Set.of("journal", "journal_steps", "attributes", "paused", "not_begun", "held", "held_until");

  static Stream<Arguments> forms() {
    return Map.<Class<?>, String>of(
            Analysis.class,
            "{'id':'ID','actual_runtime':1.5,'combined_execution_time':0.25,"
                + "'fastest_node_execution':'a','fastest_node_roundtrip':'b',"
                + "'slowest_node_execution':'c','slowest_node_roundtrip':null,"
                + "'total_avg_execution_time':0.125,'total_failures':1,'total_jobs':2,"
                + "'total_node_count':3,'total_successes':4}",
            NodeView.class,
            "{'identity':'a','state':'AWAY','last_seen':'2026-01-01T00:00:00Z','expiry':170,"
                + "'version':'1.0','host_uptime':7200.5,'agent_uptime':60,'machine_id':'m',"
                + "'driver':'zeromq','outstanding':4,'remark':'why',"
                + "'labels':{'role':{'value':'web','origin':'SERVER','self':'db'}},'facts':{'os':'fedora'},"
                + "'addresses':['10.0.0.1']}",
            NodeOutcome.class,
            "{'node':'a','state':'FAILED','reason':'ERROR','info':'no','stdout':'out',"
                + "'stderr':'err','execution_time':0.5,'roundtrip_time':0.75,"
                + "'started_at':'2026-01-01T00:00:00Z','ended_at':'2026-01-01T00:00:01Z',"
                + "'cut':true,'attempts':3,'changed':false}",
            Heartbeat.class,
            "{'identity':'a','version':'1.0','host_uptime':7200,'agent_uptime':60.5,"
                + "'machine_id':'m','driver':'zeromq','protocol':2,'session':'ID',"
                + "'capabilities':['definitions'],'journal':'ID','journal_steps':5,"
                + "'attributes':{'labels':{'role':'web'},'facts':{'os':'fedora'},'addresses':['10.0.0.1']}}",
            JobSummary.class,
            "{'id':'ID','parent':{'id':'ID','fingerprint':'f','name':null,'async':false},"
                + "'fingerprint':'f','verb':'RUN','name':null,'text':'true','undelivered':2,"
                + "'submitted_by':'ann','submitted_at':'2026-01-01T00:00:00Z','left_out':1,"
                + "'processing':true,'paused':'why','not_begun':2,'held':1,"
                + "'held_until':'2026-01-01T00:00:00Z','targets':9,'succeeded':3,'skipped':1,'failed':5,'lost':2,"
                + "'omitted':1,'results_lost':1,'changed':1,'unchanged':2,'retried':1,'cut':1,"
                + "'execution_time':0.5,'roundtrip_time':0.75,'ended_at':null}")
        .entrySet()
        .stream()
        .map(form -> Arguments.of(form.getKey(), form.getValue()));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void whatWasWrittenIsReadAndWrittenAsItWas(Class<?> type, String form) {
    String json = form.replace('\'', '"').replace("ID", ID);

    assertEquals(json, Json.text(Json.read(json, type)));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void whatLacksAllKeysIsReadAndWrittenWithAllThatAreAlwaysThere(Class<?> type, String form) {
    Set<?> always = keys(form.replace('\'', '"').replace("ID", ID));
    always.removeAll(LEFT_OUT_WITHOUT_VALUE);

    assertEquals(always.toString(), keys(Json.text(Json.read("{}", type))).toString());
  }

  private static Set<?> keys(String json) {
    return Json.read(json, Map.class).keySet();
  }
}
