// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, IDisputeGame, Phase} from "../interfaces/IDisputeGame.sol";
import {Assertion, IInferenceOracle, Request} from "../interfaces/IInferenceOracle.sol";
import {IKernelValidator, OperandMeta} from "../interfaces/IKernelValidator.sol";
import {IModelRegistry, Model} from "../interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {BufferProof, Evaluation, IStepVerifier, Transition} from "../interfaces/IStepVerifier.sol";
import {Lane} from "../libraries/Lane.sol";
import {GameId} from "../types/Ids.sol";
import {Meta} from "../types/Meta.sol";
import {Descents} from "./Descents.sol";
import {GameStore} from "./GameStore.sol";
import {Outcomes} from "./Outcomes.sol";

/// @param clock     seconds for each side of a game in all
/// @param extension seconds that a turn has at least
/// @param bond      challenger bond in wei
/// @param levels    levels of a tree that one reveal spans, 1 to 6
struct GameTerms {
    uint32 clock;
    uint32 extension;
    uint256 bond;
    uint8 levels;
}

/// @title The bisection game with its last step, see IDisputeGame
contract DisputeGame is Descents {
    IStepVerifier public immutable VERIFIER;
    IKernelValidator public immutable VALIDATOR;

    constructor(
        IInferenceOracle oracle,
        IModelRegistry models,
        IOperatorRegistry operators,
        IStepVerifier verifier,
        IKernelValidator validator,
        GameTerms memory terms
    ) GameStore(oracle, models, operators, terms.clock, terms.extension, terms.levels) Outcomes(terms.bond) {
        VERIFIER = verifier;
        VALIDATOR = validator;
    }

    /// @inheritdoc IDisputeGame
    function step(GameId gameId, Evaluation evaluation, uint32 block_, uint32[] calldata totals, bytes calldata witness) external {
        (Game storage g,) = _challengersTurn(gameId);
        if (g.phase != Phase.LANE) revert DisputeGame_WrongPhase(g.phase);
        (uint32 total, uint32 claimed) = _claim(g, evaluation, block_, totals);
        uint32 computed = VERIFIER.evaluateEncoded(_transition(g, evaluation, block_, total), witness);
        // INVARIANT: a step that shows no fraud changes nothing; else a liar would prove one of its true lanes and end the game.
        if (computed == claimed) revert DisputeGame_NoFraud(computed);
        emit StepProved(gameId, g.kernel, g.element, evaluation, block_, claimed, computed);
        _challengerWins(gameId, g);
    }

    /// @inheritdoc IDisputeGame
    function stepInvalid(
        GameId gameId, uint32 kernel, BufferProof calldata proof, bytes calldata descriptor, OperandMeta[] calldata operands
    ) external {
        Game storage g = _inProgress(gameId);
        Model memory m = _modelOf(g);
        if (!VALIDATOR.isInvalid(m.bufferRoot, m.inputs, m.constants, m.kernels, kernel, proof, descriptor, operands)) {
            revert DisputeGame_ValidKernel(kernel);
        }
        emit InvalidKernelProved(gameId, kernel);
        _challengerWins(gameId, g);
    }

    /// @dev The total before the transition and what the asserter claims after it; both from what it committed to or swore.
    function _claim(Game storage g, Evaluation evaluation, uint32 block_, uint32[] calldata totals)
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
        if (keccak256(abi.encodePacked(totals)) != _sworn[_place(g)]) revert DisputeGame_WrongTotals();
        if (evaluation == Evaluation.RESULT) return (totals[totals.length - 1], lane);
        if (evaluation != Evaluation.BLOCK || block_ >= totals.length) revert DisputeGame_WrongEvaluation(evaluation);
        return (block_ == 0 ? 0 : totals[block_ - 1], totals[block_]);
    }

    function _transition(Game storage g, Evaluation evaluation, uint32 block_, uint32 total) private view returns (Transition memory t) {
        Assertion memory a = ORACLE.assertion(g.assertion);
        Request memory r = ORACLE.request(a.request);
        Model memory m = MODELS.model(r.programRoot);
        t = Transition({
            bufferRoot: m.bufferRoot,
            inputs: m.inputs,
            constants: m.constants,
            kernels: m.kernels,
            inputRoot: r.inputRoot,
            traceRoot: a.traceRoot,
            salt: ORACLE.saltOf(a.request, a.asserter),
            interiorRoot: _sworn[_interiorPlace(g.assertion, g.meta)],
            kernel: g.kernel,
            element: g.element,
            evaluation: evaluation,
            block: block_,
            total: total
        });
    }
}
