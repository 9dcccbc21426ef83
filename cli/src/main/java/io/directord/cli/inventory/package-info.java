/**
 * Takes over an Ansible inventory: {@link io.directord.cli.inventory.AnsibleInventory} reads it,
 * {@link io.directord.cli.inventory.ImportedFiles} writes what directord makes of it. For the
 * command line only.
 */
package io.directord.cli.inventory;
