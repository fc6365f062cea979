// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, GameStatus, IDisputeGame, Kill, Phase} from "../interfaces/IDisputeGame.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {IModelRegistry, Shape} from "../interfaces/IModelRegistry.sol";
import {BufferProof} from "../interfaces/IStepVerifier.sol";
import {elapsedOn, ILiveClock} from "../interfaces/ILiveClock.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {Clock, Side} from "../types/Clock.sol";
import {AssertionId, GameId} from "../types/Ids.sol";
import {Meta} from "../types/Meta.sol";
import {Position, ROOT} from "../types/Position.sol";
import {StoredGame} from "./StoredGame.sol";

/// @title What games remember, and how it is read
abstract contract GameStore is IDisputeGame {
    IInferenceOracle public immutable ORACLE;
    IModelRegistry public immutable MODELS;

    /// @notice Levels of a tree that one reveal spans, so that it posts up to `2^LEVELS` nodes.
    uint256 public immutable LEVELS;

    /// @notice Stands still while the chain's sequencer is down; zero where there is none.
    ILiveClock public immutable LIVE_CLOCK;

    mapping(GameId => StoredGame) internal _games;
    mapping(AssertionId => Kill) internal _kills;
    /// @dev From one on, so that no opening pays for a new slot.
    uint40 internal _gameCount = 1;
    /// @dev What was posted at a place: its block time in the low 40 bits; above them the high 216 bits of what was sworn, an interior root or
    ///      the hash of running totals. A second pre-image of 216 bits is as far out of reach as one of 256.
    mapping(bytes32 place => uint256) private _posts;

    constructor(IInferenceOracle oracle, IModelRegistry models, uint8 levels, ILiveClock clock) {
        if (levels == 0 || levels > 6) revert DisputeGame_BadLevels(levels);
        ORACLE = oracle;
        MODELS = models;
        LEVELS = levels;
        LIVE_CLOCK = clock;
    }

    /// @inheritdoc IDisputeGame
    function game(GameId gameId) external view returns (Game memory g) {
        g = _load(gameId);
        if (g.status == GameStatus.IN_PROGRESS) _bringUpToDate(g);
    }

    /// @inheritdoc IDisputeGame
    function killOf(AssertionId assertionId) external view returns (Kill memory) {
        return _kills[assertionId];
    }

    /// @inheritdoc IDisputeGame
    function stoodAtKill(GameId gameId) external view returns (bool) {
        Game memory g = _games[gameId].load();
        Kill memory kill = _kills[g.assertion];
        if (kill.order == 0) return false;
        if (kill.order == g.order) return true;
        if (g.openedIn >= kill.blockNumber || g.status == GameStatus.DEFENDER_WINS) return false;
        _bringUpToDate(g);
        return g.clock.turn == Side.ASSERTER || !_expired(g.clock, kill.time);
    }

    /// @inheritdoc IDisputeGame
    function placeOf(GameId gameId) external view returns (bytes32) {
        return _place(_games[gameId].load());
    }

    /// @inheritdoc IDisputeGame
    function revealedAt(bytes32 place) external view returns (uint256) {
        return _timeAt(place);
    }

    /// @dev The game as stored, with its node; the first one is the trace root, which the oracle holds.
    function _load(GameId gameId) internal view returns (Game memory g) {
        g = _games[gameId].load();
        if (_atStart(g) && g.status != GameStatus.NONE) (g.node,) = ORACLE.traceOf(g.assertion);
    }

    function _atStart(Game memory g) internal pure returns (bool) {
        return g.phase == Phase.TRACE && Position.unwrap(g.position) == Position.unwrap(ROOT);
    }

    /// @dev Block time at which something was posted at a place, 0 if nothing was.
    function _timeAt(bytes32 place) internal view returns (uint256) {
        return uint40(_posts[place]);
    }

    /// @param content what was sworn, zero for a reveal
    function _post(bytes32 place, bytes32 content) internal {
        _posts[place] = uint256(content) >> 40 << 40 | block.timestamp;
    }

    /// @dev Whether this was sworn at a place.
    function _isSworn(bytes32 place, bytes32 content) internal view returns (bool) {
        uint256 posted = _posts[place];
        return posted != 0 && posted >> 40 == uint256(content) >> 40;
    }

    /// @dev Takes into account what was posted at the game's place: a reveal or oath within the asserter's time, whichever game or sender
    ///      caused it, ended that turn; a later one does not revive the game.
    function _bringUpToDate(Game memory g) internal view {
        if (g.clock.turn == Side.CHALLENGER) return;
        uint256 posted = _timeAt(_place(g));
        if (posted == 0) return;
        uint256 elapsed = elapsedOn(LIVE_CLOCK, g.clock.since, posted);
        if (!g.clock.expired(elapsed)) g.clock.pass(Side.CHALLENGER, elapsed, posted);
    }

    /// @dev The game with its clock up to date, if it is not over.
    function _inProgress(GameId gameId) internal view returns (Game memory g) {
        g = _load(gameId);
        if (g.status != GameStatus.IN_PROGRESS) revert DisputeGame_NotInProgress(gameId);
        _bringUpToDate(g);
    }

    /// @dev The game, if it can still move and the side in turn has time left. Moves after the assertion fell elsewhere lead nowhere.
    function _inTime(GameId gameId) internal view returns (Game memory g) {
        g = _inProgress(gameId);
        if (_expired(g.clock, block.timestamp)) revert DisputeGame_OutOfTime(gameId);
    }

    function _expired(Clock memory clock, uint256 time) internal view returns (bool) {
        return clock.expired(elapsedOn(LIVE_CLOCK, clock.since, time));
    }

    /// @dev One place, one reveal or oath, for all games over an assertion.
    function _place(Game memory g) internal pure returns (bytes32) {
        Phase phase = g.phase;
        if (phase == Phase.KERNEL) return _placeAt(g.assertion, phase, g.meta.first(), 0);
        if (phase == Phase.LANE) return _placeAt(g.assertion, phase, g.kernel, g.element);
        return _placeAt(g.assertion, phase, phase == Phase.TRACE ? 0 : g.kernel, Position.unwrap(g.position));
    }

    /// @param kernel 0 in the trace tree; the segment's first kernel for an interior list
    /// @param index  position in a tree; 0 for an interior list; the element for running totals
    function _placeAt(AssertionId assertionId, Phase phase, uint256 kernel, uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encode(assertionId, phase, kernel, index));
    }

    /// @dev Whether nothing has to be posted at the game's place before the challenger moves on.
    function _nothingToPost(Game memory g) internal pure returns (bool) {
        if (g.phase == Phase.LANE) return g.meta.blocks() <= 1;
        // The root of an interior tensor of one word is that word, and it is sworn already.
        return g.phase == Phase.TENSOR && !g.meta.committed() && g.meta.tensorDepth() == 0;
    }

    /// @dev Levels that the next reveal spans: up to `LEVELS`, fewer near the leaves.
    function _levels(Game memory g, uint256 treeDepth) internal view returns (uint256) {
        uint256 left = treeDepth - g.position.depth();
        return left < LEVELS ? left : LEVELS;
    }

    function _shapeOf(AssertionId assertionId) internal view returns (Shape memory) {
        (, uint40 serial) = ORACLE.traceOf(assertionId);
        return MODELS.shapeOf(serial);
    }

    /// @dev The meta of a kernel, proved to be in the program.
    function _proveKernel(Shape memory m, uint256 kernel, BufferProof calldata proof) internal view returns (Meta) {
        uint256 buffer = uint256(m.inputs) + m.constants + kernel;
        uint256 buffers = uint256(m.inputs) + m.constants + m.kernels;
        if (!Merkle.contains(m.bufferRoot, buffers, buffer, Merkle.bufferLeaf(proof.meta, proof.body), proof.siblings)) {
            revert DisputeGame_WrongProgramLeaf(buffer);
        }
        return Meta.wrap(proof.meta);
    }
}
