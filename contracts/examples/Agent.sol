// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {F32} from "../consumer/F32.sol";
import {InferenceConsumer} from "../consumer/InferenceConsumer.sol";
import {Outputs} from "../consumer/Outputs.sol";
import {Tier, Tiers} from "../consumer/Tiers.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {RequestId} from "../types/Ids.sol";
import {RequestTerms} from "../types/Inference.sol";
import {Decision, DecisionState} from "./agent/Decision.sol";
import {Action, Limits, Policy} from "./agent/Policy.sol";

/// @title  A treasury that a model steers, within a policy
/// @notice A reporter asks about an input; the class that the model gives names one of the actions that the owner approved. Final answers schedule
///         it, a delay later anybody may execute it, and until then owner and guardian may veto it or stop everything. Dear actions are in the reach
///         of questions of a high tier alone, where two stakes must agree and bonds are as high as what is at stake.
contract Agent is InferenceConsumer, Policy {
    using Tiers for Tier;

    uint256 private constant CALLBACK_GAS = 200_000;
    uint256 private constant GAS_PER_CLASS = 1_000;
    uint256 private constant ANSWER_WITHIN = 1 days;
    uint256 private constant BACKING_BPS = 10_000;

    bytes32 public immutable VERSION;
    /// @notice Who may ask: the inputs are its observations.
    address public immutable REPORTER;

    mapping(RequestId => Decision) private _decisions;

    event QuestionAsked(RequestId indexed requestId, uint256 reach, uint256 cost);
    event DecisionScheduled(RequestId indexed requestId, uint256 indexed class, uint256 executable);
    event DecisionDeclined(RequestId indexed requestId, uint256 indexed class, string reason);
    event DecisionExecuted(RequestId indexed requestId, uint256 indexed class, bytes result);
    event DecisionVetoed(RequestId indexed requestId, address indexed by);

    error Agent_NotReporter(address caller);
    error Agent_NotAsked(RequestId requestId);
    error Agent_NotScheduled(RequestId requestId);
    error Agent_TooEarly(uint256 executable);
    error Agent_TooLate(uint256 until);
    error Agent_Outdated(RequestId requestId);
    error Agent_NotStopped();

    constructor(IInferenceOracle oracle, bytes32 version, address reporter, address owner_, address guardian, uint256 classes, Limits memory limits_)
        InferenceConsumer(oracle)
        Policy(owner_, guardian, classes, limits_)
    {
        (VERSION, REPORTER) = (version, reporter);
    }

    /// @notice The treasury's money, and what the vault pays back.
    receive() external payable {}

    /// @notice Asks about an input; the treasury pays.
    /// @param reach wei: the dearest action that the answer may lead to; decides on the tier
    /// @param fee   wei for the operators
    function ask(bytes calldata input, uint96 reach, uint256 fee) external whileRunning returns (RequestId requestId) {
        if (msg.sender != REPORTER) revert Agent_NotReporter(msg.sender);
        RequestTerms memory terms = termsFor(reach, fee);
        uint256 cost = ORACLE.estimateFee(VERSION, terms);
        _spend(cost);
        requestId = ORACLE.requestInference{value: cost}(VERSION, input, terms);
        Decision storage decision = _decisions[requestId];
        (decision.state, decision.reach, decision.generation) = (DecisionState.ASKED, reach, generation);
        emit QuestionAsked(requestId, reach, cost);
    }

    /// @notice Executes what was decided, once, when its delay is over. Anybody may; if the action reverts, it stays to be tried again.
    function execute(RequestId requestId) external whileRunning returns (bytes memory result) {
        Decision storage decision = _decisions[requestId];
        if (decision.state != DecisionState.SCHEDULED) revert Agent_NotScheduled(requestId);
        if (block.timestamp < decision.executable) revert Agent_TooEarly(decision.executable);
        uint256 until = uint256(decision.executable) + _limits.window;
        if (block.timestamp > until) revert Agent_TooLate(until);
        Action memory action = actionOf(decision.class);
        // INVARIANT: what is executed is what the owner still approves and the answer chose, and no stop came between.
        if (decision.generation != generation || _hash(action) != decision.actionHash) revert Agent_Outdated(requestId);
        decision.state = DecisionState.EXECUTED;
        _spend(action.value);
        if (action.data.length == 0) Address.sendValue(payable(action.target), action.value);
        else result = Address.functionCallWithValue(action.target, action.data, action.value);
        emit DecisionExecuted(requestId, decision.class, result);
    }

    /// @notice Calls a scheduled action off.
    function veto(RequestId requestId) external onlyGuardian {
        Decision storage decision = _decisions[requestId];
        if (decision.state != DecisionState.SCHEDULED) revert Agent_NotScheduled(requestId);
        decision.state = DecisionState.VETOED;
        emit DecisionVetoed(requestId, msg.sender);
    }

    /// @notice The owner takes money out; only while the agent is stopped, so that nobody counts on it.
    function withdraw(address payable to, uint256 amount) external onlyOwner {
        if (!stopped) revert Agent_NotStopped();
        Address.sendValue(to, amount);
    }

    /// @notice Brings refunds and compensation from the vault into the treasury. Anybody may.
    function collect() external returns (uint256) {
        return _withdrawPayouts(address(this));
    }

    function decisionOf(RequestId requestId) external view returns (Decision memory) {
        return _decisions[requestId];
    }

    /// @notice Terms of a question with this reach: bonds as high as the reach; two stakes must agree from `largeFrom` on.
    function termsFor(uint96 reach, uint256 fee) public view returns (RequestTerms memory) {
        Tier memory tier = reach < _limits.largeFrom ? Tiers.standard() : Tiers.high();
        return tier.backing(reach, BACKING_BPS).ask(ORACLE, ANSWER_WITHIN, fee, CALLBACK_GAS + CLASSES * GAS_PER_CLASS);
    }

    /// @dev Only schedules: nothing is called while the oracle calls.
    function _onInference(RequestId requestId, bytes32, bytes calldata output) internal override {
        Decision storage decision = _decisions[requestId];
        if (decision.state != DecisionState.ASKED) revert Agent_NotAsked(requestId);
        if (output.length < 4 * CLASSES) revert Outputs.Outputs_Length(4 * CLASSES, output.length);
        (uint256 class, F32 probability) = Outputs.argmax(output[output.length - 4 * CLASSES:]);
        Action memory action = actionOf(class);
        string memory reason = "";
        if (action.target == address(0)) reason = "no action";
        else if (!(probability >= F32.wrap(_limits.confidence))) reason = "not confident";
        else if (action.value > decision.reach) reason = "out of reach";
        else if (decision.generation != generation) reason = "stopped";
        decision.class = uint8(class);
        if (bytes(reason).length > 0) {
            decision.state = DecisionState.DECLINED;
            emit DecisionDeclined(requestId, class, reason);
            return;
        }
        decision.state = DecisionState.SCHEDULED;
        decision.executable = uint40(block.timestamp) + _limits.delay;
        decision.actionHash = _hash(action);
        emit DecisionScheduled(requestId, class, decision.executable);
    }

    function _isForbidden(address target) internal view override returns (bool) {
        return target == address(this) || target == address(ORACLE) || target == address(ORACLE.operators());
    }

    function _hash(Action memory action) private pure returns (bytes32) {
        return keccak256(abi.encode(action));
    }
}
