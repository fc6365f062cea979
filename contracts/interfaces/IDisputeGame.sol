// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clock} from "../types/Clock.sol";
import {AssertionId, GameId} from "../types/Ids.sol";
import {Meta} from "../types/Meta.sol";
import {Position} from "../types/Position.sol";
import {OperandMeta} from "./IKernelValidator.sol";
import {BufferProof, Evaluation} from "./IStepVerifier.sol";

enum GameStatus {
    NONE,
    IN_PROGRESS,
    CHALLENGER_WINS,
    DEFENDER_WINS,
    VOID
}

/// @notice Where a game stands, SPEC section 7.
enum Phase {
    TRACE,
    KERNEL,
    TENSOR,
    LANE
}

/// @param openedIn  block number
/// @param order     number of the game among all, in opening order
/// @param phase     TRACE, KERNEL, TENSOR or LANE
/// @param kernel    disputed kernel, from phase KERNEL on
/// @param element   disputed element, in phase LANE
/// @param position  in the trace tree (TRACE) or the tensor tree (TENSOR)
/// @param bond      wei that the challenger put up, the request's delay price included
/// @param gasPrice  wei at which a gas figure is reckoned at most; pinned at opening, as the bond and the clock's extension are
/// @param traceDepth depth of the trace tree, 0 before the first descent
/// @param gasUsed   gas that the challenger's moves so far are reckoned to have used
/// @param node      the asserter's value at the place: a node, a salted leaf, or a word
/// @param meta      of the disputed kernel
struct Game {
    AssertionId assertion;
    address challenger;
    uint40 openedIn;
    uint40 order;
    GameStatus status;
    Phase phase;
    uint32 kernel;
    uint32 element;
    Position position;
    Clock clock;
    uint88 bond;
    uint48 gasPrice;
    uint8 traceDepth;
    uint32 gasUsed;
    bytes32 node;
    Meta meta;
}

/// @notice The win that ended an assertion.
/// @param order  of the game that won; 0 if none did
/// @param reward wei for whoever proves to have computed the truth, in the claims' escrow
/// @param window seconds in which that is claimed, the rule at the win
struct Kill {
    uint40 order;
    uint40 time;
    uint40 blockNumber;
    uint96 reward;
    uint32 window;
}

/// @notice Something that an asserter swore.
/// @param list      its entries, 32 bytes each, a total as a big-endian number
/// @param signature the asserter's; empty for what is on record
struct Oath {
    bytes list;
    bytes signature;
}

/// @title  The bisection game, SPEC section 7
/// @notice Walks from a trace root down to one transition and has it recomputed. Any number of games over one assertion run side by side.
interface IDisputeGame {
    event GameOpened(GameId indexed gameId, AssertionId indexed assertionId, address indexed challenger, bytes32 root);
    event NodeRevealed(AssertionId indexed assertionId, GameId indexed gameId, bytes32 indexed place, bytes32[] nodes);
    event InteriorSworn(AssertionId indexed assertionId, GameId indexed gameId, uint32 first, bytes32[] roots);
    event TotalsSworn(AssertionId indexed assertionId, GameId indexed gameId, uint32 kernel, uint32 element, uint32[] totals);
    event Descended(GameId indexed gameId, Phase phase, uint32 kernel, Position position, bytes32 node);
    event LaneChosen(GameId indexed gameId, uint32 kernel, uint32 element, bytes32 word);
    event StepProved(GameId indexed gameId, uint32 kernel, uint32 element, Evaluation evaluation, uint32 block_, uint32 claimed, uint32 computed);
    event PaddingProved(GameId indexed gameId, Phase phase, uint32 kernel, bytes32 node);
    event InvalidKernelProved(GameId indexed gameId, uint32 kernel);
    event TwoOathsProved(GameId indexed gameId, Phase phase, uint32 kernel, uint32 element);
    event RewardReserved(AssertionId indexed assertionId, uint256 amount);
    event GameResolved(GameId indexed gameId, AssertionId indexed assertionId, GameStatus status);

    error DisputeGame_GoldenStepFails(bytes answer);
    error DisputeGame_BadLevels(uint256 levels);
    error DisputeGame_BondTooLow(uint256 needed, uint256 given);
    error DisputeGame_AlreadyOpen(GameId gameId);
    error DisputeGame_OpenedInThisBlock(GameId gameId);
    error DisputeGame_NotInProgress(GameId gameId);
    error DisputeGame_WrongPhase(Phase phase);
    error DisputeGame_NotYourTurn(GameId gameId);
    error DisputeGame_NotChallenger(address caller);
    error DisputeGame_OutOfTime(GameId gameId);
    error DisputeGame_NotExpired(GameId gameId);
    error DisputeGame_UnexpectedNode(bytes32 expected, bytes32 actual);
    error DisputeGame_WrongNodeCount(uint256 expected, uint256 given);
    error DisputeGame_NodesDoNotHash(bytes32 node);
    error DisputeGame_WrongPath(bytes32 node);
    error DisputeGame_NoSuchChild(uint256 child);
    error DisputeGame_WrongProgramLeaf(uint256 buffer);
    error DisputeGame_NotAsserter(address signer);
    error DisputeGame_AlreadySworn(bytes32 place);
    error DisputeGame_OneOath(bytes32 content);
    error DisputeGame_NotInterior(uint256 kernel);
    error DisputeGame_PaddingIsZero();
    error DisputeGame_WrongTotals();
    error DisputeGame_WrongInterior(bytes32 root);
    error DisputeGame_WrongEvaluation(Evaluation evaluation);
    error DisputeGame_NoFraud(uint32 value);
    error DisputeGame_ValidKernel(uint256 kernel);
    error DisputeGame_AssertionStands(AssertionId assertionId);

    /// @notice Opens a game. The value is the challenger bond or more; what is above it is credited to the caller. Nothing wins in this block.
    /// @param root the challenger's own salted trace root; a reward is paid against it
    function open(AssertionId assertionId, bytes32 root) external payable returns (GameId);

    /// @notice Posts the `2^b` descendants of the game's node, `b = min(LEVELS, levels left)`. Anybody may; a repetition changes nothing.
    function reveal(GameId gameId, bytes32[] calldata nodes) external;

    /// @notice Posts the interior list of the kernel's segment, by the asserter or under its signature. A repetition changes nothing, another
    ///         list than the one on record reverts. Likewise `swearTotals`.
    /// @param  signature EIP-712, SPEC section 7. The asserter itself may leave it empty, but then a reorganisation can bring its oath to
    ///         another place, to which the challenger went instead; a signature that is given must hold, and binds the oath to its place
    function swearInterior(GameId gameId, bytes32[] calldata roots, bytes calldata signature) external;

    /// @notice Posts the running totals of the disputed element, by the asserter or under its signature.
    function swearTotals(GameId gameId, uint32[] calldata totals, bytes calldata signature) external;

    /// @notice The challenger descends in the trace tree: to one of the nodes revealed, or, revealed or not, all the way to a leaf.
    /// @param child    among the descendants of the game's node as many levels below as there are siblings
    /// @param expected the node that the caller believes the game to be at
    /// @param siblings from the child up to the game's node
    /// @param proof    at a leaf of a kernel: that kernel's leaf in the program
    function descendTrace(
        GameId gameId, bytes32 expected, uint256 child, bytes32 node, bytes32[] calldata siblings, BufferProof calldata proof
    ) external;

    /// @notice The challenger picks the kernel to descend into: the committed one, or an interior one below it.
    /// @param root     tensor root of an interior kernel, as sworn
    /// @param siblings of its place in the interior tree
    /// @param proof    its leaf in the program
    function pick(
        GameId gameId, bytes32 expected, uint32 kernel, bytes32 root, bytes32[] calldata siblings, BufferProof calldata proof
    ) external;

    /// @notice The challenger descends in the tensor tree likewise: to one of the nodes revealed, or to a word; at a word, it chooses a lane.
    /// @param lane ignored above the words
    function descendTensor(GameId gameId, bytes32 expected, uint256 child, bytes32 node, bytes32[] calldata siblings, uint256 lane)
        external;

    /// @notice Proves that one transition of the chosen element is false. Anybody may send it.
    /// @param totals  as sworn; empty for a fold of at most one block
    /// @param witness `abi.encode` of a `Witness`, handed on to the verifier as it is
    /// @param interior the interior root of the kernel's segment, as sworn; zero where none was
    function step(
        GameId gameId, Evaluation evaluation, uint32 block_, uint32[] calldata totals, bytes calldata witness, bytes32 interior
    ) external;

    /// @notice Proves that a kernel of the program is invalid. Anybody may send it, in any phase.
    function stepInvalid(
        GameId gameId, uint32 kernel, BufferProof calldata proof, bytes calldata descriptor, OperandMeta[] calldata operands
    ) external;

    /// @notice Proves that the asserter swore two contents for one place. Anybody may send it, in any phase.
    /// @param phase   KERNEL for interior lists, LANE for running totals
    /// @param kernel  first kernel of the segment; or the kernel of the totals
    /// @param element of the totals; 0 for interior lists
    function proveTwoOaths(GameId gameId, Phase phase, uint32 kernel, uint32 element, Oath calldata one, Oath calldata other) external;

    /// @notice Makes several calls of this contract in the caller's name, all or none: a one-shot proof is a row of moves.
    function multicall(bytes[] calldata calls) external;

    /// @notice Ends a game whose side in turn has run out of time.
    function timeout(GameId gameId) external;

    /// @notice Gives the bond of a game back whose assertion fell in another game.
    function refund(GameId gameId) external;

    /// @notice The game as it stands now: a reveal or oath posted in another game is taken into account.
    function game(GameId gameId) external view returns (Game memory);

    /// @notice The win that ended the assertion; order 0 if none.
    function killOf(AssertionId assertionId) external view returns (Kill memory);

    /// @notice Whether the game could still have won when its assertion fell: opened in an earlier block, its challenger not out of time.
    function stoodAtKill(GameId gameId) external view returns (bool);

    /// @notice Key of the place at which the game waits for or has got a reveal or oath.
    function placeOf(GameId gameId) external view returns (bytes32);

    /// @notice When a place was revealed or sworn, unix seconds; 0 if not.
    function revealedAt(bytes32 place) external view returns (uint256);

    /// @notice Wei that opening a game over the assertion takes in a block with this base fee (wei per gas).
    /// @dev    With the base fee as an argument, because nodes answer `eth_call` with one of zero.
    function challengerBondAt(AssertionId assertionId, uint256 baseFee) external view returns (uint256);

    /// @notice The same for the block that this is read in.
    function challengerBond(AssertionId assertionId) external view returns (uint256);
}
