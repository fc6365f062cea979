// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Demand, IAttestations, Place, PlaceProof} from "../interfaces/IAttestations.sol";
import {ILiveClock, pausedOn} from "../interfaces/ILiveClock.sol";
import {IModelRegistry, Model} from "../interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {GameRules, IParameters} from "../interfaces/IParameters.sol";
import {Bonds} from "../libraries/Bonds.sol";
import {Places} from "./Places.sol";

/// @title Demands for leaves of a program: opened for a bond, drawn, answered or failed
abstract contract Demands is IAttestations {
    uint256 internal constant SEED_DELAY = 2;
    uint256 internal constant SEED_LIFE = 256;
    uint256 internal constant ANSWER_WINDOW = 1 days;

    /// @dev Gas of four descriptors of 4096 bytes in a program of 65536 kernels, their calldata at the floor price.
    uint256 internal constant ANSWER_GAS = 900_000;

    IParameters public immutable PARAMETERS;
    IModelRegistry public immutable MODELS;
    IOperatorRegistry public immutable OPERATORS;
    ILiveClock public immutable LIVE_CLOCK;

    /// @dev The deadlines in it are those of a chain that is never down, see `_deadline`.
    mapping(bytes32 versionId => Demand) internal _demands;

    constructor(IParameters parameters, IModelRegistry models, IOperatorRegistry operators, ILiveClock clock) {
        PARAMETERS = parameters;
        MODELS = models;
        OPERATORS = operators;
        LIVE_CLOCK = clock;
    }

    /// @inheritdoc IAttestations
    function demand(bytes32 versionId, uint32 buffer) external payable {
        _endOverdue(versionId);
        if (_demands[versionId].openedAt != 0) revert Attestations_DemandPending(versionId);
        Model memory m = _program(versionId);
        uint256 most = uint256(m.inputs) + m.constants + m.kernels - 1;
        if (buffer != Places.ANY_BUFFER && (buffer < m.inputs || buffer > most)) revert Attestations_NoSuchBuffer(buffer, m.inputs, most);
        uint256 bond = demandBond();
        if (msg.value < bond) revert Attestations_BondTooLow(bond, msg.value);
        _demands[versionId] = Demand({
            demander: msg.sender,
            openedAt: uint40(block.timestamp),
            deadline: 0,
            seedBlock: uint40(block.number + SEED_DELAY),
            entries: _standing(versionId),
            buffer: buffer,
            bond: SafeCast.toUint96(bond),
            seed: 0
        });
        emit DemandOpened(versionId, msg.sender, buffer, bond, block.number + SEED_DELAY);
        OPERATORS.credit{value: bond}(address(this));
        if (msg.value > bond) OPERATORS.credit{value: msg.value - bond}(msg.sender);
    }

    /// @inheritdoc IAttestations
    function draw(bytes32 versionId) external {
        Demand storage d = _pending(versionId);
        if (d.deadline != 0) revert Attestations_AlreadyDrawn(versionId);
        if (block.number <= d.seedBlock) revert Attestations_SeedNotReady(d.seedBlock);
        if (block.number > d.seedBlock + SEED_LIFE) {
            d.seedBlock = uint40(block.number + SEED_DELAY);
            emit DemandRearmed(versionId, d.seedBlock);
            return;
        }
        d.seed = keccak256(abi.encode(blockhash(d.seedBlock), versionId));
        d.deadline = uint40(block.timestamp + ANSWER_WINDOW);
        emit DemandDrawn(versionId, d.seed, d.deadline);
    }

    /// @inheritdoc IAttestations
    function answer(bytes32 versionId, PlaceProof[] calldata places) external {
        Demand memory d = _pending(versionId);
        Model memory m = _program(versionId);
        if (d.deadline == 0) revert Attestations_NotDrawn(versionId);
        Place[] memory drawn = Places.drawn(d, m);
        uint256 deadline = _deadline(d.deadline);
        if (block.timestamp > deadline) revert Attestations_TooLate(versionId, deadline);
        if (places.length != drawn.length) revert Attestations_PlaceCount(drawn.length, places.length);
        for (uint256 i = 0; i < drawn.length; ++i) {
            if (!Places.opens(m, drawn[i], places[i])) revert Attestations_WrongAnswer(i, drawn[i].buffer);
        }
        delete _demands[versionId];
        emit DemandAnswered(versionId, msg.sender, d.bond);
        OPERATORS.transferPayout(msg.sender, d.bond);
    }

    /// @inheritdoc IAttestations
    function fail(bytes32 versionId) external {
        Demand storage d = _pending(versionId);
        if (!_endOverdue(versionId)) revert Attestations_NotOverdue(versionId, _deadline(d.deadline));
    }

    /// @inheritdoc IAttestations
    function demandBond() public view returns (uint256) {
        GameRules memory rules = PARAMETERS.gameRules();
        uint256 gasPrice = Bonds.gasPriceFor(rules.gasPrice, rules.baseFeeMultiple, block.basefee);
        return Bonds.challengerBond(ANSWER_GAS, gasPrice, rules.marginBps, 0);
    }

    /// @inheritdoc IAttestations
    function demandOf(bytes32 versionId) external view returns (Demand memory d) {
        d = _demands[versionId];
        d.deadline = SafeCast.toUint40(_deadline(d.deadline));
    }

    /// @inheritdoc IAttestations
    function placesOf(bytes32 versionId) external view returns (Place[] memory) {
        Demand memory d = _pending(versionId);
        if (d.deadline == 0) revert Attestations_NotDrawn(versionId);
        return Places.drawn(d, _program(versionId));
    }

    /// @dev Ends the demand if its time is over unanswered. @return whether it did
    function _endOverdue(bytes32 versionId) internal returns (bool) {
        Demand memory d = _demands[versionId];
        if (d.deadline == 0 || block.timestamp <= _deadline(d.deadline)) return false;
        delete _demands[versionId];
        _failed(versionId, d);
        OPERATORS.transferPayout(d.demander, d.bond);
        return true;
    }

    /// @dev How many attestations there were so far; reverts if none stands.
    function _standing(bytes32 versionId) internal view virtual returns (uint40);

    /// @dev A demand went unanswered.
    function _failed(bytes32 versionId, Demand memory failed) internal virtual;

    /// @dev INVARIANT: the day stands still while the sequencer is down: who could not answer then is not slashed for it. Zero before the draw.
    function _deadline(uint256 deadline) private view returns (uint256) {
        return deadline == 0 ? 0 : deadline + pausedOn(LIVE_CLOCK, deadline - ANSWER_WINDOW);
    }

    function _pending(bytes32 versionId) private view returns (Demand storage d) {
        d = _demands[versionId];
        if (d.openedAt == 0) revert Attestations_NoDemand(versionId);
    }

    function _program(bytes32 versionId) private view returns (Model memory) {
        (bytes32 programRoot,,,,) = MODELS.offer(versionId);
        return MODELS.model(programRoot);
    }
}
