package org.pledge.policy;

import java.util.List;
import java.util.Optional;
import org.pledge.Caller;
import org.pledge.TenantId;

/**
 * The policies in force and every earlier version of them. Answers from memory; thread-safe.
 */
public interface PolicyService {
    /** The policies in force, by tenant. */
    List<Policy> policies();

    /**
     * The policy in force for a tenant.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when the tenant has none
     */
    Policy current(TenantId tenant);

    /** One version of a tenant's policy. */
    Optional<Policy> version(TenantId tenant, int version);

    /** Every version of a tenant's policy, oldest first. */
    List<Policy> versions(TenantId tenant);

    /** Compiles a pack without installing it; empty when nothing is wrong with it. */
    List<Problem> check(String file, String yaml);

    /**
     * Compiles a pack and puts it in force. The text of a version is immutable: the same text again changes nothing,
     * another text under the same version is refused, and so is a version that is lower than the one in force.
     *
     * @param by who installs it, for the record; the tenant is the pack's own
     * @param file the name to use in problems
     */
    Installation install(Caller by, String file, String yaml);

    /**
     * What changed between two versions.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when one of them does not exist
     */
    List<Change> diff(TenantId tenant, int from, int to);

    /** The result of installing a pack. */
    sealed interface Installation {
        /**
         * The pack is in force.
         *
         * @param changes against the version that was in force before; empty for the first
         */
        record Installed(Policy policy, List<Change> changes) implements Installation {
            /** Keeps an immutable copy. */
            public Installed {
                changes = List.copyOf(changes);
            }
        }

        /** The pack is not in force, and what was in force still is. */
        record Refused(List<Problem> problems) implements Installation {
            /** Keeps an immutable copy. */
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /**
     * Why a pack is refused.
     *
     * @param file the file's name
     * @param line from 1; 0 when the file as a whole is meant
     * @param field the path of the key, such as {@code purposes.marketing.basis}
     * @param text what is wrong
     * @param remedy what to write instead
     */
    record Problem(String file, int line, String field, String text, String remedy) {
        @Override
        public String toString() {
            return file + ":" + line + ": " + field + ": " + text + " " + remedy;
        }
    }

    /**
     * One difference between two versions.
     *
     * @param field the path of the key that changed
     * @param text what changed, in one sentence
     * @param material whether people have to be asked again
     */
    record Change(String field, String text, boolean material) {}
}
