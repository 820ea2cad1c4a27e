package org.pledge.routes.internal;

import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.ExplicitCamelContextNameStrategy;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.TemplatedRouteDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.spi.ExchangeFormatter;
import org.apache.camel.spi.FactoryFinder;
import org.apache.camel.support.DefaultRegistry;
import org.pledge.routes.internal.RouteRefused.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The platform's one Camel context: quiet, guarded, and with a book of who brought which routes. */
final class GuardedCamel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedCamel.class);
    private static final List<String> FINDERS = List.of(
            "",
            "component/",
            "configurer/",
            "urifactory/",
            "dataformat/",
            "language/",
            "send-dynamic/",
            "transformer/",
            "routes-loader/");

    private static final String OURS = "pledge.";

    private final DefaultCamelContext camel;
    private final Needs needs;
    private final Lines lines;
    private final Guard guard;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();

    /** Where routes come from; read again whenever they have to be built anew. */
    @FunctionalInterface
    interface Source {
        Collection<RoutesBuilder> read() throws Exception;

        /** What has to be there before it can be read. */
        default Set<String> needs() {
            return Set.of();
        }
    }

    private record Running(Source source, List<String> routes, List<String> templates, Set<String> needs) {}

    private record Waiting(Source source, List<String> missing) {}

    private record Vetted(List<RoutesBuilder> builders, Set<String> ids, Set<String> needs) {}

    GuardedCamel(DefaultCamelContext camel, Services services, Set<String> carriers, Clock clock) {
        this.camel = camel;
        this.needs = new Needs(camel, services);
        camel.disableJMX();
        camel.setNameStrategy(new ExplicitCamelContextNameStrategy("pledge"));
        camel.getExecutorServiceManager().setThreadNamePattern("pledge-#counter#-#name#");
        camel.setTracing(false);
        camel.setTracingStandby(false);
        camel.setBacklogTracing(false);
        camel.setBacklogTracingStandby(false);
        camel.setMessageHistory(false);
        camel.setDebugging(false);
        camel.setLogExhaustedMessageBody(false);
        camel.setAllowUseOriginalMessage(false);
        camel.setLoadHealthChecks(false);
        camel.getShutdownStrategy().setTimeout(10);
        camel.getShutdownStrategy().setTimeUnit(TimeUnit.SECONDS);
        camel.getShutdownStrategy().setLogInflightExchangesOnTimeout(false);
        camel.getCamelContextExtension()
                .setErrorHandlerFactory(new DefaultErrorHandlerDefinition().logExhausted(false));
        camel.getCamelContextExtension().setRegistry(new DefaultRegistry(new SecretBeans(services.secrets())));
        ExchangeFormatter idsOnly = exchange -> "Exchange[" + exchange.getExchangeId() + "]";
        camel.getRegistry().bind("logFormatter", ExchangeFormatter.class, idsOnly);
        this.guard = Guard.in(camel, carriers, services, clock);
        PledgeComponent pledge = new PledgeComponent(services, new Egress(services, clock));
        this.lines = pledge.lines();
        camel.addComponent("pledge", pledge);
    }

    void start() {
        camel.start();
    }

    @Override
    public void close() {
        camel.stop();
    }

    Lines lines() {
        return lines;
    }

    CamelContext camel() {
        return camel;
    }

    /**
     * Adds the routes of an owner, or replaces them once the new ones have passed. Routes that need something that is
     * not there yet wait for it.
     *
     * @throws RouteRefused when one may not run; whatever the owner had before keeps running
     */
    synchronized void put(String owner, Source source) {
        List<String> said =
                Optional.ofNullable(waiting.remove(owner)).map(Waiting::missing).orElse(List.of());
        if (waitsFor(source.needs(), owner, source, said)) {
            return;
        }
        Vetted vetted = vet(owner, source);
        if (waitsFor(vetted.needs(), owner, source, said)) {
            return;
        }
        Running before = running.remove(owner);
        if (before != null) {
            drop(before);
        }
        try {
            running.put(owner, add(source, vetted));
            LOG.info("Routes {} of {} run", vetted.ids(), owner);
        } catch (RouteRefused e) {
            if (before != null) {
                restore(owner, before.source());
            }
            throw e;
        } finally {
            if (before != null && !before.templates().isEmpty() || hasTemplates(owner)) {
                arrived();
            }
        }
    }

    private boolean hasTemplates(String owner) {
        return running.containsKey(owner) && !running.get(owner).templates().isEmpty();
    }

    private void restore(String owner, Source source) {
        try {
            running.put(owner, add(source, vet(owner, source)));
        } catch (RouteRefused e) {
            LOG.error("The earlier routes of {} could not be brought back: {}", owner, e.getMessage());
        }
    }

    /** Stops and forgets the routes of an owner, letting messages on their way finish. */
    synchronized void remove(String owner) {
        waiting.remove(owner);
        Running before = running.remove(owner);
        if (before != null) {
            drop(before);
            LOG.info("Routes {} of {} removed", before.routes(), owner);
        }
    }

    /** Tries again what has been waiting for something. */
    synchronized void arrived() {
        if (!camel.isStarted()) {
            return;
        }
        for (String owner : List.copyOf(waiting.keySet())) {
            try {
                Waiting still = waiting.get(owner);
                if (still != null) {
                    put(owner, still.source());
                }
            } catch (RouteRefused e) {
                waiting.remove(owner);
            }
        }
    }

    /** Takes out the routes that use a component or data format whose bundle goes away; they wait for its return. */
    synchronized void gone(Set<String> names) {
        if (!camel.isStarted()) {
            return;
        }
        Set<String> gone = new HashSet<>(names);
        names.forEach(name -> gone.add(Needs.FORMAT + name));
        away(gone);
        names.stream().filter(name -> camel.hasComponent(name) != null).forEach(this::forget);
        forgetClasses();
    }

    /** Takes out the routes that need one of these; they wait for its return. */
    synchronized void away(Set<String> gone) {
        for (Map.Entry<String, Running> entry : List.copyOf(running.entrySet())) {
            Running owned = entry.getValue();
            List<String> missing =
                    owned.needs().stream().filter(gone::contains).sorted().toList();
            if (!missing.isEmpty() && running.remove(entry.getKey(), owned)) {
                drop(owned);
                waiting.put(entry.getKey(), new Waiting(owned.source(), missing));
                LOG.info("Routes {} of {} wait for the return of {}", owned.routes(), entry.getKey(), missing);
            }
        }
    }

    private void forget(String component) {
        try {
            camel.removeEndpoints(component + ":*");
            camel.removeComponent(component);
        } catch (Exception e) {
            LOG.warn(
                    "Component {} could not be removed: {}",
                    component,
                    e.getClass().getSimpleName());
        }
    }

    /** Camel keeps the classes it found by name; those of a bundle that went away must not be used again. */
    private void forgetClasses() {
        ExtendedCamelContext extension = camel.getCamelContextExtension();
        for (String finder : FINDERS) {
            extension
                    .getBootstrapFactoryFinder(FactoryFinder.DEFAULT_PATH + finder)
                    .clear();
            extension.getFactoryFinder(FactoryFinder.DEFAULT_PATH + finder).clear();
        }
    }

    private boolean waitsFor(Set<String> wanted, String owner, Source source, List<String> said) {
        List<String> missing =
                wanted.stream().filter(need -> !needs.met(need)).sorted().toList();
        if (!missing.isEmpty()) {
            waiting.put(owner, new Waiting(source, missing));
            if (!missing.equals(said)) {
                LOG.info("The routes of {} wait for {}", owner, missing);
            }
        }
        return !missing.isEmpty();
    }

    private Vetted vet(String owner, Source source) {
        Collection<RoutesBuilder> builders = attempt(owner, source::read);
        Set<String> ids = new HashSet<>();
        Set<String> wanted = new HashSet<>(source.needs());
        for (RoutesBuilder builder : builders) {
            if (builder instanceof RouteBuilder routes) {
                attempt(owner, () -> routes.configureRoutes(camel));
                onlyRoutes(owner, routes);
                for (RouteDefinition route : routes.getRouteCollection().getRoutes()) {
                    wanted.addAll(guard.vet(route));
                    ids.add(ownId(owner, route.getRouteId()));
                }
                for (RouteTemplateDefinition template :
                        routes.getRouteTemplateCollection().getRouteTemplates()) {
                    ownTemplate(owner, template.getId());
                }
                for (TemplatedRouteDefinition templated :
                        routes.getTemplatedRouteCollection().getTemplatedRoutes()) {
                    wanted.addAll(vet(routes, templated));
                    ids.add(ownId(owner, templated.getRouteId()));
                }
            }
        }
        return new Vetted(List.copyOf(builders), ids, wanted);
    }

    private Set<String> vet(RouteBuilder routes, TemplatedRouteDefinition templated) {
        String name = String.valueOf(templated.getRouteTemplateRef());
        Optional<RouteTemplateDefinition> own = routes.getRouteTemplateCollection().getRouteTemplates().stream()
                .filter(template -> name.equals(template.getId()))
                .findFirst();
        Optional<RouteTemplateDefinition> template =
                own.or(() -> Optional.ofNullable(camel.getRouteTemplateDefinition(name)));
        Set<String> wanted = new HashSet<>();
        if (own.isEmpty() && (template.isPresent() || name.startsWith(OURS))) {
            wanted.add(Needs.TEMPLATE + name);
        }
        template.ifPresent(found -> wanted.addAll(guard.vet(found, templated)));
        return wanted;
    }

    private <T> T attempt(String owner, Callable<T> work) {
        try {
            return work.call();
        } catch (Exception | LinkageError e) {
            throw guard.recorded(RouteRefused.in(e, RouteVetter.safe(owner)));
        }
    }

    private void onlyRoutes(String owner, RouteBuilder routes) {
        if (!routes.getRestCollection().getRests().isEmpty() || routes.getRestConfiguration() != null) {
            throw guard.recorded(new RouteRefused(
                    RouteVetter.safe(owner), "rest", Reason.UNKNOWN_STEP, "the rest DSL is not used here"));
        }
        boolean beans = routes.getTemplatedRouteCollection().getTemplatedRoutes().stream()
                .anyMatch(templated ->
                        templated.getBeans() != null && !templated.getBeans().isEmpty());
        if (beans || !routes.getBeans().isEmpty()) {
            throw guard.recorded(new RouteRefused(
                    RouteVetter.safe(owner), "beans", Reason.FILE_CONTENT, "routes may not bring beans"));
        }
    }

    /** Camel would replace a template of the same id without a word. */
    private void ownTemplate(String owner, String id) {
        oursAlone(owner, String.valueOf(id));
        boolean taken = running.entrySet().stream()
                .anyMatch(e ->
                        !e.getKey().equals(owner) && e.getValue().templates().contains(id));
        if (taken) {
            throw guard.recorded(new RouteRefused(
                    RouteVetter.safe(id), "-", Reason.DUPLICATE_ID, "its id belongs to another source of templates"));
        }
    }

    /** A file must not stand in for a connector or for a partner's own route. */
    private void oursAlone(String owner, String id) {
        if (owner.startsWith(RouteFiles.OWNER) && id.startsWith(OURS)) {
            throw guard.recorded(new RouteRefused(
                    RouteVetter.safe(id),
                    "-",
                    Reason.DUPLICATE_ID,
                    "names that begin with pledge. are the platform's"));
        }
    }

    /** Camel would replace a running route of the same id without a word. */
    private String ownId(String owner, String id) {
        oursAlone(owner, String.valueOf(id));
        boolean taken = id != null
                && running.entrySet().stream()
                        .anyMatch(e -> !e.getKey().equals(owner)
                                && e.getValue().routes().contains(id));
        if (taken) {
            throw guard.recorded(new RouteRefused(
                    RouteVetter.safe(id), "-", Reason.DUPLICATE_ID, "its id belongs to another source of routes"));
        }
        return String.valueOf(id);
    }

    private Running add(Source source, Vetted vetted) {
        Set<RouteDefinition> before = Set.copyOf(camel.getRouteDefinitions());
        Set<String> templatesBefore = templates();
        try {
            for (RoutesBuilder builder : vetted.builders()) {
                ClassLoader caller = Thread.currentThread().getContextClassLoader();
                Thread.currentThread().setContextClassLoader(builder.getClass().getClassLoader());
                try {
                    camel.addRoutes(new RoutesAlone(builder));
                    camel.addTemplatedRoutes(builder);
                } finally {
                    Thread.currentThread().setContextClassLoader(caller);
                }
            }
            return new Running(source, routesSince(before), templatesSince(templatesBefore), vetted.needs());
        } catch (Exception | LinkageError e) {
            drop(routesSince(before), templatesSince(templatesBefore));
            RouteRefused refused =
                    RouteRefused.in(e, vetted.ids().stream().sorted().collect(Collectors.joining("+")));
            throw refused.reason() == Reason.NOT_STARTED ? guard.recorded(refused) : refused;
        }
    }

    private List<String> routesSince(Set<RouteDefinition> before) {
        return camel.getRouteDefinitions().stream()
                .filter(route -> !before.contains(route))
                .map(RouteDefinition::getRouteId)
                .toList();
    }

    private Set<String> templates() {
        return camel.getRouteTemplateDefinitions().stream()
                .map(RouteTemplateDefinition::getId)
                .collect(Collectors.toSet());
    }

    private List<String> templatesSince(Set<String> before) {
        return templates().stream().filter(id -> !before.contains(id)).toList();
    }

    private void drop(Running owned) {
        if (!owned.templates().isEmpty()) {
            away(owned.templates().stream().map(name -> Needs.TEMPLATE + name).collect(Collectors.toSet()));
        }
        drop(owned.routes(), owned.templates());
    }

    private void drop(List<String> routes, List<String> templates) {
        try {
            for (String id : routes) {
                if (camel.getRoute(id) != null) {
                    camel.getRouteController().stopRoute(id);
                    camel.removeRoute(id);
                }
                RouteDefinition definition = camel.getRouteDefinition(id);
                if (definition != null) {
                    camel.removeRouteDefinition(definition);
                }
            }
            for (String template : templates) {
                camel.removeRouteTemplates(template);
            }
        } catch (Exception e) {
            LOG.warn("Routes {} could not be removed: {}", routes, e.getClass().getSimpleName());
        }
    }

    /** Adds a builder's routes without the global configurations that it may also carry. */
    private record RoutesAlone(RoutesBuilder builder) implements RoutesBuilder {
        @Override
        public void addRoutesToCamelContext(CamelContext context) throws Exception {
            builder.addRoutesToCamelContext(context);
        }

        @Override
        public void addTemplatedRoutesToCamelContext(CamelContext context) throws Exception {
            builder.addTemplatedRoutesToCamelContext(context);
        }

        @Override
        public Set<String> updateRoutesToCamelContext(CamelContext context) throws Exception {
            return builder.updateRoutesToCamelContext(context);
        }
    }
}
