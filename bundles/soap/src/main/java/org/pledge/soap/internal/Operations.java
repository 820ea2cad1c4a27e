package org.pledge.soap.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.CUSTODIAN;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;
import static org.pledge.Role.PARTNER;

import java.util.Optional;
import java.util.UUID;
import javax.jws.WebMethod;
import javax.jws.WebParam;
import javax.jws.WebResult;
import javax.jws.WebService;
import javax.jws.soap.SOAPBinding;
import javax.jws.soap.SOAPBinding.ParameterStyle;
import org.apache.cxf.phase.PhaseInterceptorChain;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.rights.RightsService;
import org.pledge.vault.PaymentService;

/** The operations of {@code pledge-v1.wsdl}. */
@WebService(
        name = "Sharing",
        serviceName = "PledgeSharing",
        portName = "SharingPort",
        targetNamespace = Contract.NAMESPACE)
@SOAPBinding(parameterStyle = ParameterStyle.BARE)
public final class Operations {
    private final Services services;
    private final Disclosing disclosing;
    private final Withdrawing withdrawing;
    private final Storing storing;
    private final Requesting requesting;

    Operations(Services services, Xml xml) {
        Once once = new Once(services, xml);
        this.services = services;
        this.disclosing = new Disclosing(services, once);
        this.withdrawing = new Withdrawing(services, once);
        this.storing = new Storing(services, once);
        this.requesting = new Requesting(services, once);
    }

    @WebMethod
    @WebResult(name = "decideResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes({OPERATOR, OFFICER, PARTNER})
    public Contract.DecideResponse decide(
            @WebParam(name = "decide", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    Contract.Decide request) {
        return Contract.DecideResponse.of(services.sharing().get().explain(caller(), request.toRequest()));
    }

    @WebMethod
    @WebResult(name = "shareResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public Contract.ShareResponse share(
            @WebParam(name = "share", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    Contract.Share request) {
        return Contract.ShareResponse.of(disclosing.share(caller(), request));
    }

    @WebMethod
    @WebResult(name = "withdrawResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public Contract.WithdrawResponse withdraw(
            @WebParam(name = "withdraw", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    Contract.Withdraw request) {
        return Contract.WithdrawResponse.of(withdrawing.withdraw(caller(), request));
    }

    @WebMethod
    @WebResult(name = "acknowledgeResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(PARTNER)
    public Contract.AcknowledgeResponse acknowledge(
            @WebParam(name = "acknowledge", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    Contract.Acknowledge request) {
        return Contract.AcknowledgeResponse.of(
                services.notices().get().acknowledge(caller(), UUID.fromString(request.notice)));
    }

    @WebMethod
    @WebResult(name = "accountingResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Contract.AccountingResponse accounting(
            @WebParam(name = "accounting", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    Contract.Accounting request) {
        return Contract.AccountingResponse.of(services.sharing()
                .get()
                .accounting(
                        caller(),
                        SubjectId.parse(request.subject),
                        Optional.ofNullable(request.cursor),
                        request.limit()));
    }

    @WebMethod
    @WebResult(name = "storeCardResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public CardContract.StoreCardResponse storeCard(
            @WebParam(name = "storeCard", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    CardContract.StoreCard request) {
        return CardContract.StoreCardResponse.of(storing.store(caller(), request));
    }

    @WebMethod
    @WebResult(name = "listCardsResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes({OPERATOR, CUSTODIAN})
    public CardContract.ListCardsResponse listCards(
            @WebParam(name = "listCards", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    CardContract.ListCards request) {
        return CardContract.ListCardsResponse.of(
                services.cards().get().cards(caller(), SubjectId.parse(request.subject)));
    }

    @WebMethod
    @WebResult(name = "deleteCardResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public CardContract.DeleteCardResponse deleteCard(
            @WebParam(name = "deleteCard", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    CardContract.DeleteCard request) {
        return CardContract.DeleteCardResponse.of(services.cards().get().delete(caller(), request.token));
    }

    @WebMethod
    @WebResult(name = "authoriseResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public PaymentContract.Movement authorise(
            @WebParam(name = "authorise", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    PaymentContract.Authorise request) {
        return PaymentContract.Movement.of(payments().authorise(caller(), request.toValue()));
    }

    @WebMethod
    @WebResult(name = "captureResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public PaymentContract.Movement capture(
            @WebParam(name = "capture", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    PaymentContract.NewMovement request) {
        return PaymentContract.Movement.of(
                payments().capture(caller(), request.id(), request.amount, request.reference));
    }

    @WebMethod(operationName = "void")
    @WebResult(name = "voidResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public PaymentContract.Movement cancel(
            @WebParam(name = "void", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    PaymentContract.NewVoid request) {
        return PaymentContract.Movement.of(
                payments().cancel(caller(), UUID.fromString(request.payment), request.reference));
    }

    @WebMethod
    @WebResult(name = "refundResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public PaymentContract.Movement refund(
            @WebParam(name = "refund", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    PaymentContract.NewMovement request) {
        return PaymentContract.Movement.of(
                payments().refund(caller(), request.id(), request.amount, request.reference));
    }

    @WebMethod
    @WebResult(name = "getPaymentResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes({OPERATOR, AUDITOR})
    public PaymentContract.Movement getPayment(
            @WebParam(name = "getPayment", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    PaymentContract.GetPayment request) {
        return PaymentContract.Movement.of(payments().payment(caller(), UUID.fromString(request.payment)));
    }

    @WebMethod
    @WebResult(name = "listPaymentsResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes({OPERATOR, AUDITOR})
    public PaymentContract.ListPaymentsResponse listPayments(
            @WebParam(name = "listPayments", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    PaymentContract.ListPayments request) {
        return PaymentContract.ListPaymentsResponse.of(
                payments().payments(caller(), request.state(), Optional.ofNullable(request.cursor), request.limit()));
    }

    @WebMethod
    @WebResult(name = "openRequestResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public RightsContract.RequestAnswer openRequest(
            @WebParam(name = "openRequest", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    RightsContract.OpenRequest request) {
        return RightsContract.RequestAnswer.of(requesting.open(caller(), request));
    }

    @WebMethod
    @WebResult(name = "getRequestResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public RightsContract.RequestAnswer getRequest(
            @WebParam(name = "getRequest", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    RightsContract.RequestStep request) {
        return RightsContract.RequestAnswer.of(rights().request(caller(), request.id()));
    }

    @WebMethod
    @WebResult(name = "listRequestsResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public RightsContract.ListRequestsResponse listRequests(
            @WebParam(name = "listRequests", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    RightsContract.ListRequests request) {
        return RightsContract.ListRequestsResponse.of(requesting.list(caller(), request));
    }

    @WebMethod
    @WebResult(name = "acknowledgeRequestResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public RightsContract.RequestAnswer acknowledgeRequest(
            @WebParam(name = "acknowledgeRequest", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    RightsContract.RequestStep request) {
        return RightsContract.RequestAnswer.of(rights().acknowledge(caller(), request.id()));
    }

    @WebMethod
    @WebResult(name = "sendCodeResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public RightsContract.RequestAnswer sendCode(
            @WebParam(name = "sendCode", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    RightsContract.RequestStep request) {
        return RightsContract.RequestAnswer.of(rights().sendCode(caller(), request.id()));
    }

    @WebMethod
    @WebResult(name = "checkCodeResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public RightsContract.CheckCodeResponse checkCode(
            @WebParam(name = "checkCode", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    RightsContract.CheckCode request) {
        return RightsContract.CheckCodeResponse.of(
                rights().checkCode(caller(), UUID.fromString(request.request), request.code));
    }

    @WebMethod
    @WebResult(name = "extendRequestResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OFFICER)
    public RightsContract.RequestAnswer extendRequest(
            @WebParam(name = "extendRequest", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    RightsContract.ExtendRequest request) {
        return RightsContract.RequestAnswer.of(
                rights().extend(caller(), UUID.fromString(request.request), request.toValue()));
    }

    @WebMethod
    @WebResult(name = "refuseRequestResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OFFICER)
    public RightsContract.RequestAnswer refuseRequest(
            @WebParam(name = "refuseRequest", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    RightsContract.RefuseRequest request) {
        return RightsContract.RequestAnswer.of(
                rights().refuse(caller(), UUID.fromString(request.request), request.ground()));
    }

    @WebMethod
    @WebResult(name = "withdrawRequestResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public RightsContract.RequestAnswer withdrawRequest(
            @WebParam(name = "withdrawRequest", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    RightsContract.RequestStep request) {
        return RightsContract.RequestAnswer.of(rights().withdraw(caller(), request.id()));
    }

    @WebMethod
    @WebResult(name = "fulfilRequestResponse", targetNamespace = Contract.NAMESPACE, partName = "parameters")
    @Takes(OPERATOR)
    public RightsContract.FulfilRequestResponse fulfilRequest(
            @WebParam(name = "fulfilRequest", targetNamespace = Contract.NAMESPACE, partName = "parameters")
                    RightsContract.RequestStep request) {
        return RightsContract.FulfilRequestResponse.of(rights().fulfil(caller(), request.id()));
    }

    private RightsService rights() {
        return services.rights().get();
    }

    private PaymentService payments() {
        return services.payments().get();
    }

    private static Caller caller() {
        return PhaseInterceptorChain.getCurrentMessage().get(Caller.class);
    }
}
