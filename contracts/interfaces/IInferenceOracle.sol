// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ask, Assertion, AssertionStatus, Disputed, Evidence, Hook, Request, RequestStatus, RequestTerms, Result} from "../types/Inference.sol";
import {AssertionId, GameId, RequestId} from "../types/Ids.sol";
import {IOperatorRegistry} from "./IOperatorRegistry.sol";

/// @title  Request, assert, settle
/// @notice The life of a question: asked with a fee, answered with bonds, defended or defeated, settled and delivered.
interface IInferenceOracle {
    event InferenceRequested(
        RequestId indexed requestId,
        bytes32 indexed programRoot,
        address indexed consumer,
        bytes32 versionId,
        uint256 nonce,
        uint256 price,
        RequestTerms terms,
        bytes input
    );
    event AssertionMade(
        AssertionId indexed assertionId, RequestId indexed requestId, address indexed asserter, bytes32 traceRoot, bytes output
    );
    event AssertionPrepared(AssertionId indexed assertionId, RequestId indexed requestId);
    event AssertionDefeated(AssertionId indexed assertionId, GameId indexed gameId, address indexed asserter, uint256 bond);
    /// @notice Of bonds that a settlement does not free by itself.
    event AssertionReleased(AssertionId indexed assertionId, address indexed asserter, uint256 bond);
    event RequestReopened(RequestId indexed requestId, uint256 deadline);
    /// @notice `assertionId` is the earliest of those that agree; `asserter` made it.
    event RequestSettled(RequestId indexed requestId, AssertionId indexed assertionId, address indexed asserter, bytes output);
    /// @notice `status` is EXPIRED or EXPIRED_PARTIAL.
    event RequestExpired(RequestId indexed requestId, RequestStatus status);
    event CallbackDelivered(RequestId indexed requestId, Hook hook);
    event CallbackFailed(RequestId indexed requestId, Hook hook, bytes reason);

    error InferenceOracle_BadTerms(string term);
    error InferenceOracle_VersionRetired(bytes32 versionId);
    error InferenceOracle_VersionInactive(bytes32 versionId);
    error InferenceOracle_ValueTooLow(uint256 due, uint256 given);
    error InferenceOracle_InputLength(uint256 expected, uint256 given);
    error InferenceOracle_OutputLength(uint256 expected, uint256 given);
    error InferenceOracle_OutputNotInTrace(uint256 output);
    error InferenceOracle_OutputProofs(uint256 expected, uint256 given);
    error InferenceOracle_TooManyAssertions(RequestId requestId);
    error InferenceOracle_RequestNotOpen(RequestId requestId);
    error InferenceOracle_AfterDeadline(RequestId requestId, uint256 deadline);
    error InferenceOracle_BeforeDeadline(RequestId requestId, uint256 deadline);
    error InferenceOracle_AlreadyAsserted(AssertionId assertionId);
    error InferenceOracle_NotFinal(AssertionId assertionId);
    error InferenceOracle_NoSurvivor(RequestId requestId);
    error InferenceOracle_TooFewAgree(RequestId requestId, uint256 needed, uint256 found);
    error InferenceOracle_WrongOutput(AssertionId assertionId);
    error InferenceOracle_AssertionPending(AssertionId assertionId);
    error InferenceOracle_NotPrepared(AssertionId assertionId);
    error InferenceOracle_WrongEvidence(AssertionId assertionId);
    error InferenceOracle_NotStanding(AssertionId assertionId);
    error InferenceOracle_LivenessOver(AssertionId assertionId);
    error InferenceOracle_NotGame(address caller);
    error InferenceOracle_NotRetryable(RequestId requestId);
    error InferenceOracle_NothingToDeliver(RequestId requestId);
    error InferenceOracle_GasTooLow(uint256 needed, uint256 given);

    /// @notice Asks for an inference. Value below `estimateFee` reverts; what is above is credited to the caller in the vault.
    /// @param versionId a model's version that is not retired, and active unless the terms allow an inactive one
    /// @param input     all inputs' bytes, SPEC section 6
    function requestInference(bytes32 versionId, bytes calldata input, RequestTerms calldata terms) external payable returns (RequestId);

    /// @notice Asks several questions at once, or none: one bad entry reverts the whole, with its own error.
    function requestBatch(Ask[] calldata asks) external payable returns (RequestId[] memory);

    /// @notice Wei due for a request: the model's price, the operators' fee, and the prepaid callbacks (0, 1, or 3 if optimistic).
    function estimateFee(bytes32 versionId, RequestTerms calldata terms) external view returns (uint256);

    /// @notice Least bond of a request with such a fee for the operators at this block's base fee, in wei.
    function minimumBond(uint256 fee) external view returns (uint256);

    /// @notice Answers with a bond from the caller's free stake.
    /// @param output    all outputs' bytes, SPEC section 6
    /// @param traceRoot root of the salted trace tree
    /// @param proofs    for each output the siblings of its leaf in that tree, bottom up
    function assertResult(RequestId requestId, bytes calldata output, bytes32 traceRoot, bytes32[][] calldata proofs)
        external
        returns (AssertionId);

    /// @notice Settles with the first output, in the order of the assertions, on which `redundancy` different asserters agree and survive;
    ///         pays them and the model's owner, and calls the consumer back: first with what is pending of an optimistic answer, then with
    ///         the final one. Everything that was asserted before must be final or defeated. The caller is paid the prepaid callbacks.
    function settle(RequestId requestId, bytes calldata output) external;

    /// @notice Calls a consumer back whose callback failed in `settle`. Not paid for.
    function retryCallback(RequestId requestId, bytes calldata output) external;

    /// @notice Optimistic requests: tells the consumer the earliest standing answer, `onAssertion`. The first attempt is paid for; one that
    ///         failed can be repeated. Reverts when there is nothing to tell.
    function deliverAssertion(RequestId requestId, bytes calldata output) external;

    /// @notice Optimistic requests: tells the consumer that the answer it was told has fallen, `onInvalidated`. Paid for and repeated likewise.
    function deliverInvalidated(RequestId requestId) external;

    /// @notice Ends a request that was not answered in time; anybody may call it. The money goes back to the consumer, less `fee / redundancy`
    ///         for each survivor where some, but too few, answered.
    function expire(RequestId requestId) external;

    /// @notice Frees the bond of a final assertion, the `index`-th of its request.
    function release(RequestId requestId, uint256 index) external;

    /// @notice Writes down what a game over the assertion, or a claim against it, needs to know; anybody can, once before the first of them.
    ///         Until then no more is stored than an undisputed answer needs: the ids commit to the rest.
    function prepare(AssertionId assertionId, Evidence calldata evidence) external;

    /// @notice Game only: a game was opened over the assertion. Reverts when its liveness is over, or before `prepare`.
    /// @return delayPrice of the request, wei
    function gameOpened(AssertionId assertionId) external returns (uint96 delayPrice);

    /// @notice Game only: a game ended for the asserter.
    /// @return asserter   who gets the challenger's bond
    /// @return consumer   who gets the delay price out of it
    /// @return delayPrice wei
    function gameClosed(AssertionId assertionId) external returns (address asserter, address consumer, uint96 delayPrice);

    /// @notice Game only: a game was won against the assertion. Its bond is slashed.
    /// @param gasFigure wei that the winner's moves are reckoned to have cost; part of its reward, within the limit of `Bonds`
    /// @return reward wei, in the claims' escrow
    function defeat(AssertionId assertionId, GameId gameId, uint256 gasFigure) external returns (uint256 reward);

    /// @notice Notes that up to `most` more of the request's first assertions are defeated, so that nobody has to look at them again. Needed only
    ///         where so many fell that a settlement would not fit a transaction.
    function skipDefeated(RequestId requestId, uint256 most) external;

    /// @notice The vault from which everything owed is withdrawn.
    function operators() external view returns (IOperatorRegistry);

    function request(RequestId requestId) external view returns (Request memory);
    function assertion(AssertionId assertionId) external view returns (Assertion memory);
    function disputed(AssertionId assertionId) external view returns (Disputed memory);

    /// @notice The trace root, and the serial of the version that was asked.
    function traceOf(AssertionId assertionId) external view returns (bytes32 traceRoot, uint40 serial);

    /// @notice The asserter's salt.
    function saltUnder(AssertionId assertionId) external view returns (bytes32);
    function asserterOf(AssertionId assertionId) external view returns (address);
    function delayPriceOf(AssertionId assertionId) external view returns (uint96);
    function assertionCount(RequestId requestId) external view returns (uint256);

    /// @notice Zero past the last one.
    function assertionAt(RequestId requestId, uint256 index) external view returns (AssertionId);

    /// @notice What is known of the answer now: for contracts that pull instead of being called back.
    function resultOf(RequestId requestId) external view returns (Result memory);

    /// @notice Whether the assertion answers the request, and with these output bytes.
    function checkOutput(RequestId requestId, AssertionId assertionId, bytes calldata output) external view returns (bool);

    /// @notice The asserter's or a challenger's salt for a request, SPEC section 6.
    function saltOf(RequestId requestId, address account) external view returns (bytes32);

    /// @notice Whether an assertion has outlived its liveness and all its games.
    function isFinal(AssertionId assertionId) external view returns (bool);
}
