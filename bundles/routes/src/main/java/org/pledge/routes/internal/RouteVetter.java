package org.pledge.routes.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.NamedNode;
import org.apache.camel.builder.EndpointConsumerBuilder;
import org.apache.camel.builder.EndpointProducerBuilder;
import org.apache.camel.builder.ExpressionClause;
import org.apache.camel.builder.ValueBuilder;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.ConvertBodyDefinition;
import org.apache.camel.model.DataFormatDefinition;
import org.apache.camel.model.DelayDefinition;
import org.apache.camel.model.DynamicRouterDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.ExpressionSubElementDefinition;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.FinallyDefinition;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.MarshalDefinition;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.OnCompletionDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.OnWhenDefinition;
import org.apache.camel.model.PipelineDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RemoveHeaderDefinition;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.RemovePropertyDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.SetBodyDefinition;
import org.apache.camel.model.SetExchangePatternDefinition;
import org.apache.camel.model.SetHeaderDefinition;
import org.apache.camel.model.SetHeadersDefinition;
import org.apache.camel.model.SetPropertyDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.StepDefinition;
import org.apache.camel.model.StopDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.TransformDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.UnmarshalDefinition;
import org.apache.camel.model.ValidateDefinition;
import org.apache.camel.model.WhenDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.apache.camel.model.errorhandler.DeadLetterChannelDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.SimpleExpression;
import org.pledge.routes.internal.RouteRefused.Reason;

/** Reads a route's whole model before it starts and refuses whatever is not known to be harmless. */
final class RouteVetter {
    private static final Set<Class<?>> STEPS = Set.of(
            ToDefinition.class,
            WireTapDefinition.class,
            EnrichDefinition.class,
            ChoiceDefinition.class,
            TryDefinition.class,
            CatchDefinition.class,
            FinallyDefinition.class,
            MulticastDefinition.class,
            SplitDefinition.class,
            LoopDefinition.class,
            FilterDefinition.class,
            PipelineDefinition.class,
            StepDefinition.class,
            OnExceptionDefinition.class,
            OnCompletionDefinition.class,
            ProcessDefinition.class,
            SetBodyDefinition.class,
            SetHeaderDefinition.class,
            SetHeadersDefinition.class,
            SetPropertyDefinition.class,
            RemoveHeaderDefinition.class,
            RemoveHeadersDefinition.class,
            RemovePropertyDefinition.class,
            TransformDefinition.class,
            ConvertBodyDefinition.class,
            MarshalDefinition.class,
            UnmarshalDefinition.class,
            ValidateDefinition.class,
            LogDefinition.class,
            DelayDefinition.class,
            SetExchangePatternDefinition.class,
            StopDefinition.class,
            ThrowExceptionDefinition.class);
    private static final Set<Class<?>> DYNAMIC = Set.of(
            ToDynamicDefinition.class,
            RecipientListDefinition.class,
            RoutingSlipDefinition.class,
            DynamicRouterDefinition.class);
    private static final Set<String> LANGUAGES =
            Set.of("simple", "constant", "header", "exchangeProperty", "variable", "tokenize", "xtokenize", "xpath");
    private static final Pattern REACHES_OUT = Pattern.compile(
            "(?i)^\\s*resource:|\\b(bean|ref|type|env|sys|sysenv|properties|language|function):|camelContext|getContext"
                    + "|\\bclass(loader)?\\b|getClass|fromRoute|(env|sys|system|sysenv)\\.|\\b(mandatory)?bodyAs|messageAs"
                    + "|\\bexchange\\b(?!id|property)");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern LOGGABLE = Pattern.compile(
            "\\$\\{(exchangeId|routeId|headers?[.:]Pledge[A-Za-z]{1,40}|date:now(:[A-Za-z:. '-]{1,40})?)}");

    private final CamelContext camel;
    private final Set<String> carriers;

    /** @param carriers the schemes that may carry data out of the platform once it was released */
    RouteVetter(CamelContext camel, Set<String> carriers) {
        this.camel = camel;
        this.carriers = Set.copyOf(carriers);
    }

    /**
     * Passes a route or refuses it.
     *
     * @return the components ({@code https}) and data formats ({@code dataformat:jackson}) it needs
     */
    Set<String> vet(RouteDefinition route) {
        Walk walk = new Walk(route.getRouteId() == null ? "(no id)" : route.getRouteId());
        walk.route(route);
        return Set.copyOf(walk.needs);
    }

    /** Passes a template or refuses it; what it makes is vetted again as a route, with its parameters filled in. */
    void vet(RouteTemplateDefinition template) {
        if (template.getTemplateBeans() != null && !template.getTemplateBeans().isEmpty()
                || template.getConfigurer() != null) {
            throw new RouteRefused(
                    String.valueOf(template.getId()),
                    "routeTemplate",
                    Reason.UNKNOWN_STEP,
                    "a template may not bring beans");
        }
    }

    private final class Walk {
        private final String routeId;
        private final Set<String> needs = new HashSet<>();
        private boolean fromOutbox;
        private boolean line;
        private String tenant = "";

        Walk(String routeId) {
            this.routeId = routeId;
        }

        void route(RouteDefinition route) {
            if (Boolean.TRUE.equals(route.isRest()) || Boolean.TRUE.equals(route.isKamelet())) {
                throw refused(route, Reason.UNKNOWN_STEP, "the rest DSL and kamelets are not used here");
            }
            if (on(route.getTrace()) || on(route.getMessageHistory())) {
                throw refused(route, Reason.BODY_SHOWN, "tracing and message history keep bodies; leave them off");
            }
            if (route.getRoutePolicyRef() != null || route.getErrorHandlerRef() != null) {
                throw refused(
                        route, Reason.UNKNOWN_STEP, "route policies and error handlers cannot be named, only given");
            }
            text(route, route.getPrecondition());
            source(route.getInput());
            errorHandler(route, route.isErrorHandlerFactorySet() ? route.getErrorHandlerFactory() : null);
            errorHandler(
                    route,
                    route.getErrorHandler() == null
                            ? null
                            : route.getErrorHandler().getErrorHandlerType());
            steps(route.getOutputs(), true);
        }

        private void source(FromDefinition from) {
            EndpointConsumerBuilder builder = from.getEndpointConsumerBuilder();
            Address address =
                    address(from, from.getEndpoint(), builder == null ? from.getEndpointUri() : builder.getRawUri());
            if (!address.local()) {
                throw refused(from, Reason.REMOTE_SOURCE, "a route may not listen to " + address.scheme() + ":");
            }
            variable(from, from.getVariableReceive());
            line = address.pledge("line");
            fromOutbox = line || address.pledge("outbox");
            tenant = fromOutbox ? String.join(",", address.values("tenant")) : "";
            if (line && !PartnerSource.mayHoldLine(routeId, tenant, address.values("partner"))) {
                throw refused(
                        from, Reason.UNKNOWN_STEP, "pledge:line begins the partner's own route only, which is ours");
            }
        }

        private void errorHandler(NamedNode route, ErrorHandlerFactory factory) {
            if (factory == null || factory instanceof NoErrorHandlerDefinition) {
                return;
            }
            if (factory instanceof DeadLetterChannelDefinition channel) {
                localOnly(route, null, channel.getDeadLetterUri());
            } else if (!(factory instanceof DefaultErrorHandlerDefinition)) {
                throw refused(route, Reason.UNKNOWN_STEP, "this kind of error handler is not used here");
            }
        }

        private void steps(List<ProcessorDefinition<?>> steps, boolean pipeline) {
            ProcessorDefinition<?> before = null;
            for (ProcessorDefinition<?> step : steps) {
                step(step, pipeline ? before : null);
                before = step;
            }
        }

        private void step(ProcessorDefinition<?> step, ProcessorDefinition<?> before) {
            if (DYNAMIC.contains(step.getClass())) {
                throw refused(
                        step, Reason.DYNAMIC_ENDPOINT, "its endpoint is only known at run time; name it with to:");
            }
            if (!STEPS.contains(step.getClass())) {
                throw refused(step, Reason.UNKNOWN_STEP, "this kind of step is not used here");
            }
            enabled(step, step.getDisabled());
            if (step instanceof ExpressionNode node) {
                expression(step, node.getExpression());
            }
            particulars(step, before);
            if (step instanceof ChoiceDefinition choice) {
                branches(choice);
            } else {
                steps(step.getOutputs(), !(step instanceof MulticastDefinition));
            }
        }

        /** The outputs of a choice itself would be the steps of all its branches in one row. */
        private void branches(ChoiceDefinition choice) {
            text(choice, choice.getPrecondition());
            for (WhenDefinition when : choice.getWhenClauses()) {
                enabled(choice, when.getDisabled());
                expression(choice, when.getExpression());
                steps(when.getOutputs(), true);
            }
            if (choice.getOtherwise() != null) {
                enabled(choice, choice.getOtherwise().getDisabled());
                steps(choice.getOtherwise().getOutputs(), true);
            }
        }

        private void enabled(NamedNode step, String disabled) {
            if (on(disabled)) {
                throw refused(step, Reason.UNKNOWN_STEP, "a disabled step; remove it");
            }
        }

        private void particulars(ProcessorDefinition<?> step, ProcessorDefinition<?> before) {
            if (step instanceof ToDefinition to) {
                EndpointProducerBuilder builder = to.getEndpointProducerBuilder();
                Address address =
                        address(to, to.getEndpoint(), builder == null ? to.getEndpointUri() : builder.getRawUri());
                if (!address.local()) {
                    remote(to, address, before);
                }
                variable(step, to.getVariableSend());
                variable(step, to.getVariableReceive());
            } else if (step instanceof WireTapDefinition<?> tap) {
                if (on(tap.getDynamicUri() == null ? "true" : tap.getDynamicUri())) {
                    throw refused(step, Reason.DYNAMIC_ENDPOINT, "a wire tap needs dynamicUri=false");
                }
                localOnly(tap, null, tap.getUri());
                variable(step, tap.getVariableSend());
                variable(step, tap.getVariableReceive());
            } else if (step instanceof EnrichDefinition enrich) {
                if (!(inner(enrich.getExpression()) instanceof ConstantExpression constant)) {
                    throw refused(step, Reason.DYNAMIC_ENDPOINT, "its endpoint must be a constant");
                }
                localOnly(step, null, constant.getExpression());
                variable(step, enrich.getVariableSend());
                variable(step, enrich.getVariableReceive());
            } else if (step instanceof ProcessDefinition process && process.getProcessor() == null) {
                throw refused(step, Reason.UNKNOWN_STEP, "a processor cannot be named, only given");
            } else if (step instanceof LogDefinition log) {
                log(log);
            } else if (step instanceof SetHeadersDefinition set) {
                set.getHeaders().forEach(header -> expression(step, header.getExpression()));
            } else if (step instanceof MarshalDefinition marshal) {
                dataFormat(marshal.getDataFormatType());
                variable(step, marshal.getVariableSend());
                variable(step, marshal.getVariableReceive());
            } else if (step instanceof UnmarshalDefinition unmarshal) {
                dataFormat(unmarshal.getDataFormatType());
                variable(step, unmarshal.getVariableSend());
                variable(step, unmarshal.getVariableReceive());
            } else if (step instanceof CatchDefinition caught) {
                when(step, caught.getOnWhen());
            } else if (step instanceof OnCompletionDefinition completion) {
                when(step, completion.getOnWhen());
            } else if (step instanceof OnExceptionDefinition exception) {
                when(step, exception.getOnWhen());
                expression(step, exception.getHandled());
                expression(step, exception.getContinued());
                expression(step, exception.getRetryWhile());
            }
        }

        private void remote(ToDefinition to, Address address, ProcessorDefinition<?> before) {
            if (!carriers.contains(address.scheme())) {
                throw refused(to, Reason.UNKNOWN_SCHEME, address.scheme() + ": is not among the ways out");
            }
            if (to.getEndpoint() != null) {
                throw refused(to, Reason.DYNAMIC_ENDPOINT, "a remote endpoint must be written as an address");
            }
            Carrier carrier = Carrier.of(address.scheme())
                    .orElseThrow(() -> refused(
                            to,
                            Reason.UNKNOWN_SCHEME,
                            "there are no rules for what " + address.scheme() + ": may send"));
            Optional<Carrier.Fault> fault = carrier.fault(line ? address.without("httpMethod=GET") : address, tenant);
            if (fault.isPresent()) {
                throw refused(to, fault.get().reason(), fault.get().text());
            }
            carrier.secrets(address).forEach(secret -> needs.add(Needs.SECRET + secret));
            if (!fromOutbox) {
                throw refused(
                        to,
                        Reason.NOT_FROM_OUTBOX,
                        address.scheme() + ": is only reached by a route that begins with pledge:outbox");
            }
            if (!(before instanceof ToDefinition last) || !release(last)) {
                throw refused(
                        to, Reason.NOT_RELEASED, "put pledge:release immediately before " + address.scheme() + ":");
            }
        }

        private boolean release(ToDefinition to) {
            return to.getEndpoint() == null
                    && to.getEndpointProducerBuilder() == null
                    && Address.of(resolve(to, to.getUri()))
                            .filter(a -> a.pledge("release"))
                            .isPresent();
        }

        private void localOnly(NamedNode node, Endpoint endpoint, String uri) {
            Address address = address(node, endpoint, uri);
            if (!address.local()) {
                throw refused(
                        node,
                        Reason.REMOTE_HERE,
                        address.scheme() + ": may only be reached by a to: step after pledge:release");
            }
        }

        private Address address(NamedNode node, Endpoint endpoint, String uri) {
            String resolved = resolve(node, endpoint == null ? uri : endpoint.getEndpointUri());
            Address address = Address.of(resolved)
                    .orElseThrow(() -> refused(node, Reason.UNKNOWN_SCHEME, "its address has no scheme"));
            if (endpoint != null && address.local() && endpoint.isRemote()) {
                throw refused(node, Reason.UNKNOWN_SCHEME, "the endpoint is remote although its address is local");
            }
            if (address.local() && resolved.contains("=#") || resolved.contains("${")) {
                throw refused(node, Reason.ENDPOINT_OPTION, "options may neither name objects nor hold expressions");
            }
            needs.add(address.scheme());
            return address;
        }

        private String resolve(NamedNode node, String uri) {
            if (uri == null) {
                throw refused(node, Reason.UNKNOWN_SCHEME, "it has no address");
            }
            try {
                return camel.resolvePropertyPlaceholders(uri);
            } catch (IllegalArgumentException e) {
                throw refused(node, Reason.UNKNOWN_SCHEME, "its address holds a property that has no value");
            }
        }

        private void log(LogDefinition log) {
            String message = log.getMessage() == null ? "" : log.getMessage();
            if (log.getLogLanguage() != null && !log.getLogLanguage().equals("simple")
                    || log.getLogger() != null
                    || LOGGABLE.matcher(message).replaceAll("").matches("(?s).*(\\$\\{|\\$simple\\{|resource:).*")) {
                throw refused(
                        log,
                        Reason.BODY_SHOWN,
                        "a log line may hold exchangeId, routeId, date:now and Pledge headers only");
            }
        }

        private void dataFormat(DataFormatDefinition format) {
            if (format != null && format.getDataFormatName() != null) {
                needs.add(Needs.FORMAT + format.getDataFormatName());
            }
        }

        private void when(NamedNode node, OnWhenDefinition when) {
            if (when != null) {
                expression(node, when.getExpression());
            }
        }

        private void expression(NamedNode node, ExpressionSubElementDefinition element) {
            if (element != null) {
                expression(node, element.getExpressionType());
            }
        }

        private void expression(NamedNode node, ExpressionDefinition written) {
            if (written == null) {
                return;
            }
            ExpressionDefinition expression = inner(written);
            boolean given = expression.getExpressionValue() != null || expression.getPredicate() != null;
            String language = expression.getLanguage();
            if (language == null || language.isEmpty()) {
                if (!given) {
                    throw refused(node, Reason.EXPRESSION, "its expression has no language");
                }
                return;
            }
            if (!LANGUAGES.contains(language)) {
                throw refused(node, Reason.EXPRESSION, "the language " + safe(language) + " is not used here");
            }
            if (language.equals("variable")) {
                variable(node, expression.getExpression());
            }
            if (expression instanceof SimpleExpression) {
                text(node, expression.getExpression());
            } else if (String.valueOf(expression.getExpression()).strip().startsWith("resource:")) {
                throw refused(node, Reason.EXPRESSION, "an expression may not be loaded from elsewhere");
            }
        }

        /** A variable of the context or of a route would carry what was released for one partner into another's message. */
        private void variable(NamedNode node, String name) {
            if (name != null && !VARIABLE.matcher(name).matches()) {
                throw refused(
                        node,
                        Reason.EXPRESSION,
                        "a variable belongs to its message: name it with letters, digits, _ and -, without global: or"
                                + " route:");
            }
        }

        private void text(NamedNode node, String simple) {
            if (simple != null && REACHES_OUT.matcher(simple).find()) {
                throw refused(node, Reason.EXPRESSION, "an expression may use bodies, headers and properties only");
            }
        }

        private RouteRefused refused(NamedNode node, Reason reason, String text) {
            String name = node.getId() == null ? node.getShortName() : node.getShortName() + " " + safe(node.getId());
            return new RouteRefused(safe(routeId), name, reason, text);
        }
    }

    /** The fluent builders wrap an expression in others. */
    private static ExpressionDefinition inner(ExpressionDefinition outer) {
        return Stream.of(outer.getExpressionType(), outer.getExpressionValue(), outer.getPredicate())
                .map(held -> held instanceof ExpressionClause<?> clause ? clause.getExpressionType() : held)
                .map(held -> held instanceof ValueBuilder value ? value.getExpression() : held)
                .filter(held -> held instanceof ExpressionDefinition && held != outer)
                .findFirst()
                .map(held -> inner((ExpressionDefinition) held))
                .orElse(outer);
    }

    private static boolean on(String flag) {
        return flag != null && !flag.equals("false");
    }

    /** Keeps text from a route file from breaking a log line or a record. */
    static String safe(String text) {
        return text.replaceAll("[^A-Za-z0-9._:()-]", "_").substring(0, Math.min(text.length(), 64));
    }
}
