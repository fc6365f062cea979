// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, GameStatus, IDisputeGame, Kill, Phase} from "../interfaces/IDisputeGame.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {IModelRegistry, Model} from "../interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {BufferProof} from "../interfaces/IStepVerifier.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {Clock, Side} from "../types/Clock.sol";
import {AssertionId, GameId} from "../types/Ids.sol";
import {Meta} from "../types/Meta.sol";

/// @title What games remember, and how it is read
abstract contract GameStore is IDisputeGame {
    IInferenceOracle public immutable ORACLE;
    IModelRegistry public immutable MODELS;
    IOperatorRegistry public immutable OPERATORS;

    /// @notice Seconds that each side of a game has in all, and at least in each turn.
    uint32 public immutable CLOCK;
    uint32 public immutable EXTENSION;

    /// @notice Levels of a tree that one reveal spans, so that it posts up to `2^LEVELS` nodes.
    uint256 public immutable LEVELS;

    mapping(GameId => Game) internal _games;
    mapping(AssertionId => Kill) internal _kills;
    mapping(AssertionId => uint32) internal _gameCount;
    mapping(bytes32 place => uint256) internal _revealedAt;
    /// @dev What was sworn at a place: an interior root, or the hash of running totals.
    mapping(bytes32 place => bytes32) internal _sworn;

    constructor(IInferenceOracle oracle, IModelRegistry models, IOperatorRegistry operators, uint32 clock, uint32 extension, uint8 levels) {
        if (levels == 0 || levels > 6) revert DisputeGame_BadLevels(levels);
        ORACLE = oracle;
        MODELS = models;
        OPERATORS = operators;
        CLOCK = clock;
        EXTENSION = extension;
        LEVELS = levels;
    }

    /// @inheritdoc IDisputeGame
    function game(GameId gameId) external view returns (Game memory g) {
        g = _games[gameId];
        if (g.status == GameStatus.IN_PROGRESS) g.clock = _clockNow(_games[gameId]);
    }

    /// @inheritdoc IDisputeGame
    function killOf(AssertionId assertionId) external view returns (Kill memory) {
        return _kills[assertionId];
    }

    /// @inheritdoc IDisputeGame
    function stoodAtKill(GameId gameId) external view returns (bool) {
        Game storage g = _games[gameId];
        Kill storage kill = _kills[g.assertion];
        if (GameId.unwrap(kill.game) == 0) return false;
        if (GameId.unwrap(kill.game) == GameId.unwrap(gameId)) return true;
        if (g.openedIn >= kill.blockNumber || g.status == GameStatus.DEFENDER_WINS) return false;
        Clock memory clock = _clockNow(g);
        return clock.turn == Side.ASSERTER || !clock.expired(kill.time);
    }

    /// @inheritdoc IDisputeGame
    function placeOf(GameId gameId) external view returns (bytes32) {
        return _place(_games[gameId]);
    }

    /// @inheritdoc IDisputeGame
    function revealedAt(bytes32 place) external view returns (uint256) {
        return _revealedAt[place];
    }

    /// @dev The clock with what was posted at the game's place taken into account: a reveal or oath within the asserter's time, whichever
    ///      game or sender caused it, ended that turn; a later one does not revive the game.
    function _clockNow(Game storage g) internal view returns (Clock memory clock) {
        clock = g.clock;
        if (clock.turn == Side.CHALLENGER) return clock;
        uint256 posted = _revealedAt[_place(g)];
        if (posted != 0 && !clock.expired(posted)) clock.pass(Side.CHALLENGER, posted, EXTENSION);
    }

    /// @dev The game, if it can still move.
    function _inProgress(GameId gameId) internal view returns (Game storage g) {
        g = _games[gameId];
        if (g.status != GameStatus.IN_PROGRESS || GameId.unwrap(_kills[g.assertion].game) != 0) {
            revert DisputeGame_NotInProgress(gameId);
        }
    }

    /// @dev The game and its clock, if the challenger is in turn and in time.
    function _challengersTurn(GameId gameId) internal view returns (Game storage g, Clock memory clock) {
        g = _inProgress(gameId);
        clock = _clockNow(g);
        if (clock.turn != Side.CHALLENGER) revert DisputeGame_NotYourTurn(gameId);
        if (clock.expired(block.timestamp)) revert DisputeGame_OutOfTime(gameId);
    }

    /// @dev One place, one reveal or oath, for all games over an assertion.
    function _place(Game storage g) internal view returns (bytes32) {
        Phase phase = g.phase;
        if (phase == Phase.TRACE) return keccak256(abi.encode(g.assertion, phase, 0, g.position));
        if (phase == Phase.KERNEL) return _interiorPlace(g.assertion, g.meta);
        if (phase == Phase.TENSOR) return keccak256(abi.encode(g.assertion, phase, g.kernel, g.position));
        return keccak256(abi.encode(g.assertion, phase, g.kernel, g.element));
    }

    function _interiorPlace(AssertionId assertionId, Meta meta) internal pure returns (bytes32) {
        return keccak256(abi.encode(assertionId, Phase.KERNEL, meta.first(), 0));
    }

    /// @dev Whether nothing has to be posted at the game's place before the challenger moves on.
    function _nothingToPost(Game storage g) internal view returns (bool) {
        Meta meta = g.meta;
        if (g.phase == Phase.LANE) return meta.blocks() <= 1;
        // The root of an interior tensor of one word is that word, and it is sworn already.
        return g.phase == Phase.TENSOR && !meta.committed() && meta.tensorDepth() == 0;
    }

    /// @dev Levels that the next reveal spans: up to `LEVELS`, fewer near the leaves.
    function _levels(Game storage g, uint256 treeDepth) internal view returns (uint256) {
        uint256 left = treeDepth - g.position.depth();
        return left < LEVELS ? left : LEVELS;
    }

    function _modelOf(Game storage g) internal view returns (Model memory) {
        return MODELS.model(ORACLE.request(ORACLE.assertion(g.assertion).request).programRoot);
    }

    /// @dev The meta of a kernel, proved to be in the program.
    function _proveKernel(Model memory m, uint256 kernel, BufferProof calldata proof) internal view returns (Meta) {
        uint256 buffer = uint256(m.inputs) + m.constants + kernel;
        uint256 buffers = uint256(m.inputs) + m.constants + m.kernels;
        if (!Merkle.contains(m.bufferRoot, buffers, buffer, Merkle.bufferLeaf(proof.meta, proof.body), proof.siblings)) {
            revert DisputeGame_WrongProgramLeaf(buffer);
        }
        return Meta.wrap(proof.meta);
    }
}
