package org.pledge.routes.internal;

import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultRoutesLoader;
import org.apache.camel.impl.engine.ExplicitCamelContextNameStrategy;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.spi.ExchangeFormatter;
import org.apache.camel.spi.FactoryFinder;
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

    private final DefaultCamelContext camel;
    private final Guard guard;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final Map<String, Source> waiting = new LinkedHashMap<>();

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

    private record Vetted(List<RoutesBuilder> builders, Set<String> ids, Set<String> needs) {}

    GuardedCamel(DefaultCamelContext camel, Services services, Set<String> carriers, Clock clock) {
        this.camel = camel;
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
        ExchangeFormatter idsOnly = exchange -> "Exchange[" + exchange.getExchangeId() + "]";
        camel.getRegistry().bind("logFormatter", ExchangeFormatter.class, idsOnly);
        this.guard = Guard.in(camel, carriers, services, clock);
        camel.addComponent("pledge", new PledgeComponent(services));
    }

    void start() {
        camel.start();
    }

    @Override
    public void close() {
        camel.stop();
    }

    CamelContext camel() {
        return camel;
    }

    /**
     * Adds the routes of an owner, or replaces them once the new ones have passed. Routes that need a component which
     * is not there yet wait for it.
     *
     * @throws RouteRefused when one may not run; whatever the owner had before keeps running
     */
    synchronized void put(String owner, Source source) {
        waiting.remove(owner);
        if (waitsFor(source.needs(), owner, source)) {
            return;
        }
        Vetted vetted = vet(owner, source);
        if (waitsFor(vetted.needs(), owner, source)) {
            return;
        }
        Running before = running.remove(owner);
        if (before != null) {
            drop(before.routes(), before.templates());
        }
        try {
            running.put(owner, add(source, vetted));
            LOG.info("Routes {} of {} run", vetted.ids(), owner);
        } catch (RouteRefused e) {
            if (before != null) {
                restore(owner, before.source());
            }
            throw e;
        }
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
            drop(before.routes(), before.templates());
            LOG.info("Routes {} of {} removed", before.routes(), owner);
        }
    }

    /** Tries again what has been waiting for a component or data format. */
    synchronized void arrived() {
        if (!camel.isStarted()) {
            return;
        }
        for (Map.Entry<String, Source> entry : List.copyOf(waiting.entrySet())) {
            try {
                put(entry.getKey(), entry.getValue());
            } catch (RouteRefused e) {
                waiting.remove(entry.getKey());
            }
        }
    }

    /** Takes out the routes that use a component or data format whose bundle goes away; they wait for its return. */
    synchronized void gone(Set<String> names) {
        if (!camel.isStarted()) {
            return;
        }
        Set<String> needs = new HashSet<>(names);
        names.forEach(name -> needs.add("dataformat:" + name));
        for (Map.Entry<String, Running> entry : List.copyOf(running.entrySet())) {
            Running owned = entry.getValue();
            if (owned.needs().stream().anyMatch(needs::contains)) {
                running.remove(entry.getKey());
                drop(owned.routes(), owned.templates());
                waiting.put(entry.getKey(), owned.source());
                LOG.info("Routes {} of {} wait for the return of {}", owned.routes(), entry.getKey(), names);
            }
        }
        names.stream().filter(name -> camel.hasComponent(name) != null).forEach(this::forget);
        forgetClasses();
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

    private boolean waitsFor(Set<String> needs, String owner, Source source) {
        List<String> missing =
                needs.stream().filter(need -> !available(need)).sorted().toList();
        if (!missing.isEmpty()) {
            waiting.put(owner, source);
            LOG.info("The routes of {} wait for {}", owner, missing);
        }
        return !missing.isEmpty();
    }

    private boolean available(String need) {
        String name = need.substring(need.indexOf(':') + 1);
        if (need.startsWith("dataformat:")) {
            return camel.resolveDataFormat(name) != null;
        }
        if (need.startsWith("routes-loader:")) {
            return loadable(name);
        }
        return camel.getComponent(name, true, false) != null;
    }

    private boolean loadable(String format) {
        try (DefaultRoutesLoader loader = new DefaultRoutesLoader(camel)) {
            return loader.getRoutesLoader(format) != null;
        } catch (Exception e) {
            return false;
        }
    }

    private Vetted vet(String owner, Source source) {
        Collection<RoutesBuilder> builders = attempt(owner, source::read);
        Set<String> ids = new HashSet<>();
        Set<String> needs = new HashSet<>();
        for (RoutesBuilder builder : builders) {
            if (builder instanceof RouteBuilder routes) {
                attempt(owner, () -> routes.configureRoutes(camel));
                onlyRoutes(owner, routes);
                for (RouteDefinition route : routes.getRouteCollection().getRoutes()) {
                    needs.addAll(guard.vet(route));
                    ids.add(ownId(owner, route.getRouteId()));
                }
            }
        }
        return new Vetted(List.copyOf(builders), ids, needs);
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

    /** Camel would replace a running route of the same id without a word. */
    private String ownId(String owner, String id) {
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
