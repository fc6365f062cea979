// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, IDisputeGame, Phase} from "../interfaces/IDisputeGame.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {IKernelValidator, OperandMeta} from "../interfaces/IKernelValidator.sol";
import {IModelRegistry, Shape} from "../interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {BufferProof, Evaluation, IStepVerifier, Transition} from "../interfaces/IStepVerifier.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {ILiveClock} from "../interfaces/ILiveClock.sol";
import {Lane} from "../libraries/Lane.sol";
import {GameId} from "../types/Ids.sol";
import {Side} from "../types/Clock.sol";
import {Disputed} from "../types/Inference.sol";
import {Meta} from "../types/Meta.sol";
import {Contradictions} from "./Contradictions.sol";
import {Descents} from "./Descents.sol";
import {GameGas} from "./GameGas.sol";
import {GameStore} from "./GameStore.sol";
import {GoldenStep} from "./GoldenStep.sol";
import {Outcomes} from "./Outcomes.sol";

/// @param levels    levels of a tree that one reveal spans, 1 to 6
/// @param liveClock stands still while the chain's sequencer is down, zero where there is none
struct GameTerms {
    uint8 levels;
    ILiveClock liveClock;
}

/// @title The bisection game with its last step, see IDisputeGame
contract DisputeGame is Descents, Contradictions {
    IStepVerifier public immutable VERIFIER;
    IKernelValidator public immutable VALIDATOR;

    constructor(
        IInferenceOracle oracle,
        IModelRegistry models,
        IOperatorRegistry operators,
        IParameters parameters,
        IStepVerifier verifier,
        IKernelValidator validator,
        GameTerms memory terms
    ) GameStore(oracle, models, terms.levels, terms.liveClock) Outcomes(operators, parameters) {
        // INVARIANT: a chain without SHA-256, CLZ or anything else that a step needs cannot be deployed on.
        (bool ok, bytes memory value) = address(verifier).staticcall(GoldenStep.CALL);
        if (!ok || keccak256(value) != keccak256(abi.encode(GoldenStep.VALUE))) revert DisputeGame_GoldenStepFails(value);
        VERIFIER = verifier;
        VALIDATOR = validator;
    }

    /// @inheritdoc IDisputeGame
    /// @dev Not payable, so that no value counts twice.
    function multicall(bytes[] calldata calls) external {
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool ok, bytes memory reason) = address(this).delegatecall(calls[i]);
            if (!ok) _revertWith(reason);
        }
    }

    /// @inheritdoc IDisputeGame
    function step(
        GameId gameId, Evaluation evaluation, uint32 block_, uint32[] calldata totals, bytes calldata witness, bytes32 interior
    ) external {
        Game memory g = _inTime(gameId);
        if (g.phase != Phase.LANE) revert DisputeGame_WrongPhase(g.phase);
        if (g.clock.turn != Side.CHALLENGER) revert DisputeGame_NotYourTurn(gameId);
        (uint32 total, uint32 claimed) = _claim(g, evaluation, block_, totals);
        uint32 computed = VERIFIER.evaluateEncoded(_transition(g, evaluation, block_, total, interior), witness);
        // INVARIANT: a step that shows no fraud changes nothing; else a liar would prove one of its true lanes and end the game.
        if (computed == claimed) revert DisputeGame_NoFraud(computed);
        emit StepProved(gameId, g.kernel, g.element, evaluation, block_, claimed, computed);
        _challengerWins(gameId, _spend(g, GameGas.STEP));
    }

    /// @inheritdoc IDisputeGame
    function stepInvalid(
        GameId gameId, uint32 kernel, BufferProof calldata, bytes calldata, OperandMeta[] calldata
    ) external {
        Game memory g = _inTime(gameId);
        Shape memory m = _shapeOf(g.assertion);
        (bool ok, bytes memory answer) = address(VALIDATOR).staticcall(_isInvalidCall(m, kernel));
        if (!ok) _revertWith(answer);
        if (!abi.decode(answer, (bool))) revert DisputeGame_ValidKernel(kernel);
        emit InvalidKernelProved(gameId, kernel);
        _challengerWins(gameId, _spend(g, GameGas.STEP_INVALID));
    }

    /// @dev `isInvalid` with the last three arguments of `stepInvalid` as they came, three words further on: to encode them anew would take
    ///      much code and gas. Whatever they say, the validator believes nothing of it but what the program's root proves.
    function _isInvalidCall(Shape memory m, uint32 kernel) private pure returns (bytes memory) {
        (uint256 proof, uint256 descriptor, uint256 operands) = abi.decode(msg.data[68:164], (uint256, uint256, uint256));
        unchecked {
            return bytes.concat(
                IKernelValidator.isInvalid.selector,
                abi.encode(m.bufferRoot, m.inputs, m.constants, m.kernels, kernel, proof + 96, descriptor + 96, operands + 96),
                msg.data[164:]
            );
        }
    }

    function _revertWith(bytes memory reason) private pure {
        assembly ("memory-safe") {
            revert(add(reason, 32), mload(reason))
        }
    }

    /// @dev The total before the transition and what the asserter claims after it; both from what it committed to or swore.
    function _claim(Game memory g, Evaluation evaluation, uint32 block_, uint32[] calldata totals)
        private
        view
        returns (uint32 total, uint32 claimed)
    {
        Meta meta = g.meta;
        uint256 size = meta.elementSize();
        uint32 lane = Lane.read(g.node, g.element % (32 / size), size);
        if (meta.blocks() <= 1) {
            if (evaluation != Evaluation.ELEMENT) revert DisputeGame_WrongEvaluation(evaluation);
            return (0, lane);
        }
        if (!_isSworn(_place(g), keccak256(abi.encodePacked(totals)))) revert DisputeGame_WrongTotals();
        if (evaluation == Evaluation.RESULT) return (totals[totals.length - 1], lane);
        if (evaluation != Evaluation.BLOCK || block_ >= totals.length) revert DisputeGame_WrongEvaluation(evaluation);
        return (block_ == 0 ? 0 : totals[block_ - 1], totals[block_]);
    }

    function _transition(Game memory g, Evaluation evaluation, uint32 block_, uint32 total, bytes32 interior)
        private
        view
        returns (Transition memory)
    {
        bool sworn = _isSworn(_placeAt(g.assertion, Phase.KERNEL, g.meta.first(), 0), interior);
        if (interior != 0 && !sworn) revert DisputeGame_WrongInterior(interior);
        Disputed memory d = ORACLE.disputed(g.assertion);
        Shape memory m = MODELS.shapeOf(d.serial);
        return Transition({
            bufferRoot: m.bufferRoot,
            inputs: m.inputs,
            constants: m.constants,
            kernels: m.kernels,
            inputRoot: d.inputRoot,
            traceRoot: d.traceRoot,
            salt: d.salt,
            interiorRoot: interior,
            kernel: g.kernel,
            element: g.element,
            evaluation: evaluation,
            block: block_,
            total: total
        });
    }
}
