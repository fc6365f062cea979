// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InferenceConsumer} from "../consumer/InferenceConsumer.sol";
import {Outputs} from "../consumer/Outputs.sol";
import {Tier, Tiers} from "../consumer/Tiers.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {RequestId} from "../types/Ids.sol";
import {Ask, RequestTerms} from "../types/Inference.sol";

/// @param open    answers that are still missing
/// @param decided whether more than half of the models named one class
/// @param class   that class
struct Ballot {
    address asker;
    uint8 open;
    bool decided;
    uint8 class;
}

/// @title  Several models vote on one input
/// @notice All are asked in one batch, or none. What more than half of them name is decided, as soon as that many did; a model that nobody runs
///         does not vote. Against lies each answer is protected by itself; the vote protects against the mistakes of a model.
/// @dev    Wants models whose answers end with the probabilities of the same classes, `f32`.
contract MajorityVote is InferenceConsumer {
    using Tiers for Tier;

    uint256 private constant CALLBACK_GAS = 200_000;
    uint256 private constant GAS_PER_CLASS = 1_000;
    uint256 public immutable CLASSES;
    /// @notice Gets what the vault owes this contract: change, refunds of expired questions, compensation for answers that fell.
    address public immutable TREASURY;

    bytes32[] private _versions;
    Ballot[] private _ballots;
    mapping(RequestId => uint256) private _ballotOf;
    mapping(uint256 ballot => mapping(uint256 class => uint256)) private _votes;

    event BallotOpened(uint256 indexed ballot, address indexed asker, RequestId[] requestIds);
    event VoteCounted(uint256 indexed ballot, RequestId indexed requestId, uint256 class);
    event BallotDecided(uint256 indexed ballot, uint256 class);

    error MajorityVote_NotAsked(RequestId requestId);
    error MajorityVote_BadSetup();

    constructor(IInferenceOracle oracle, bytes32[] memory versions, uint256 classes, address treasury) InferenceConsumer(oracle) {
        if (versions.length == 0 || versions.length > 16 || classes == 0 || classes > 256) revert MajorityVote_BadSetup();
        (CLASSES, TREASURY, _versions) = (classes, treasury, versions);
        _ballots.push();
    }

    /// @notice Puts an input to the vote; the value pays for all, and what is too much is credited to this contract in the vault.
    /// @param fee wei for the operators of each model
    /// @return ballot number of the ballot, from 1
    function ask(bytes calldata input, uint256 fee) external payable returns (uint256 ballot) {
        RequestTerms memory terms = Tiers.standard().ask(ORACLE, 1 days, fee, CALLBACK_GAS + CLASSES * GAS_PER_CLASS);
        Ask[] memory asks = new Ask[](_versions.length);
        for (uint256 i = 0; i < asks.length; ++i) {
            asks[i] = Ask({versionId: _versions[i], input: input, terms: terms});
        }
        RequestId[] memory requestIds = ORACLE.requestBatch{value: msg.value}(asks);
        ballot = _ballots.length;
        _ballots.push(Ballot({asker: msg.sender, open: uint8(asks.length), decided: false, class: 0}));
        for (uint256 i = 0; i < requestIds.length; ++i) {
            _ballotOf[requestIds[i]] = ballot;
        }
        emit BallotOpened(ballot, msg.sender, requestIds);
    }

    /// @notice Sends what came back to the treasury. Anybody may.
    function collect() external returns (uint256) {
        return _withdrawPayouts(TREASURY);
    }

    /// @notice Wei that a vote costs.
    function priceOf(uint256 fee) external view returns (uint256 price) {
        RequestTerms memory terms = Tiers.standard().ask(ORACLE, 1 days, fee, CALLBACK_GAS + CLASSES * GAS_PER_CLASS);
        for (uint256 i = 0; i < _versions.length; ++i) {
            price += ORACLE.estimateFee(_versions[i], terms);
        }
    }

    function ballotAt(uint256 ballot) external view returns (Ballot memory) {
        return _ballots[ballot];
    }

    function _onInference(RequestId requestId, bytes32, bytes calldata output) internal override {
        uint256 number = _ballotOf[requestId];
        if (number == 0) revert MajorityVote_NotAsked(requestId);
        delete _ballotOf[requestId];
        if (output.length < 4 * CLASSES) revert Outputs.Outputs_Length(4 * CLASSES, output.length);
        (uint256 class,) = Outputs.argmax(output[output.length - 4 * CLASSES:]);
        Ballot storage ballot = _ballots[number];
        --ballot.open;
        emit VoteCounted(number, requestId, class);
        if (++_votes[number][class] != _versions.length / 2 + 1) return;
        (ballot.decided, ballot.class) = (true, uint8(class));
        emit BallotDecided(number, class);
    }
}
