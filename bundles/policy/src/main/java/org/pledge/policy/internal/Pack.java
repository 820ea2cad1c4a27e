package org.pledge.policy.internal;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pledge.TenantId;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.Collection;
import org.pledge.policy.Policy.ContactRules;
import org.pledge.policy.Policy.Holder;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.Policy.Recipient;
import org.pledge.policy.Policy.Tracker;

/** What a pack says, read and found to be right, before its answers are worked out. */
record Pack(
        TenantId tenant,
        String prefix,
        int version,
        int versionLine,
        String controller,
        LocalDate published,
        String source,
        String contact,
        List<String> jurisdictions,
        Map<String, String> documents,
        Map<String, Category> categories,
        Map<String, Purpose> purposes,
        Map<String, Recipient> recipients,
        Map<String, Map<Holder, Collection>> tiers,
        Optional<ContactRules> contacts,
        Optional<Children> children,
        List<Rule> disclosures,
        Silence otherwise,
        List<CaseRule> cases,
        Map<String, String> marketing,
        Map<String, Tracker> cookies,
        Map<String, String> transfers,
        Optional<String> ownership,
        Map<String, Promise> promises,
        String digest) {

    /**
     * The age limit.
     *
     * @param guardians whether a guardian may agree where a higher age than the general one holds
     */
    record Children(int minimumAge, Map<String, Integer> in, boolean guardians, List<String> promises) {
        int in(String jurisdiction) {
            Integer exact = in.get(jurisdiction);
            if (exact == null && jurisdiction.length() > 2) {
                exact = in.get(jurisdiction.substring(0, 2));
            }
            return exact == null ? minimumAge : exact;
        }
    }

    /** What explains a denial that no rule names. */
    record Silence(List<String> promises, String because, String remedy) {}

    /** Whether a purpose lists a category. */
    boolean uses(String purpose, String category) {
        Purpose known = purposes.get(purpose);
        return known != null
                && categories.containsKey(category)
                && known.retention().containsKey(category);
    }
}
