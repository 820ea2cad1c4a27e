package org.pledge.notices.internal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.notices.MessageService.Template;
import org.pledge.policy.PolicyService;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.store.Transactions;

/** The templates in use. */
@Component(service = Templates.class)
public final class Templates {
    private static final String ACTOR = "template-folder";

    private final PolicyService policies;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Clock clock;
    private final Map<String, Ready> inUse = new ConcurrentSkipListMap<>();

    /** In the container. */
    @Activate
    public Templates(
            @Reference PolicyService policies, @Reference AuditLog audit, @Reference Transactions transactions) {
        this(policies, audit, transactions, Clock.systemUTC());
    }

    Templates(PolicyService policies, AuditLog audit, Transactions transactions, Clock clock) {
        this.policies = policies;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Takes a template into use, unless something is wrong with it; then what was in use stays so. */
    List<Problem> install(TenantId tenant, String name, String file, String source) {
        TemplateReader.Result result = TemplateReader.read(tenant, name, file, source, policies.current(tenant));
        if (result.ready().isEmpty()) {
            record(
                    tenant,
                    Leaf.Act.TEMPLATE_REFUSED,
                    Map.of("problems", Integer.toString(result.problems().size())));
            return result.problems();
        }
        Template template = result.ready().get().template();
        Map<String, String> details = new TreeMap<>(Map.of(
                "template", template.name(),
                "class", template.messageClass().name(),
                "purpose", template.purpose(),
                "digest", template.digest()));
        template.reviewer().ifPresent(reviewer -> details.put("reviewer", reviewer));
        record(tenant, Leaf.Act.TEMPLATE_INSTALLED, details);
        inUse.put(key(tenant, name), result.ready().get());
        return List.of();
    }

    List<Problem> check(TenantId tenant, String name, String file, String source) {
        return TemplateReader.read(tenant, name, file, source, policies.current(tenant))
                .problems();
    }

    void remove(TenantId tenant, String name) {
        inUse.remove(key(tenant, name));
    }

    Optional<Ready> find(TenantId tenant, String name) {
        return Optional.ofNullable(inUse.get(key(tenant, name)));
    }

    /** Those of every tenant. */
    List<Template> all() {
        return inUse.values().stream().map(Ready::template).toList();
    }

    List<Template> list(TenantId tenant) {
        return all().stream()
                .filter(template -> template.tenant().equals(tenant))
                .toList();
    }

    private void record(TenantId tenant, Leaf.Act act, Map<String, String> details) {
        transactions.required(() ->
                audit.append(new Leaf(tenant, clock.instant(), act, ACTOR, Optional.empty(), List.of(), details)));
    }

    private static String key(TenantId tenant, String name) {
        return tenant + "/" + name;
    }
}
