/**
 * What commands print: tables in the layout that scripts know from the original, or JSON or YAML of
 * the API's records.
 */
package io.directord.cli.output;
