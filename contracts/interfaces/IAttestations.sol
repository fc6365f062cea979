// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BufferProof} from "./IStepVerifier.sol";

/// @notice A question of whether somebody can still get a version's files. One at a time for each version.
/// @param demander  who put the bond up
/// @param openedAt  unix seconds; zero: there is none
/// @param deadline  last unix second of an answer, as far as is known: an outage of the sequencer moves it; zero before the draw
/// @param seedBlock whose hash draws
/// @param entries   how many attestations had been made when it was opened: those answer for it
/// @param buffer    what it asks for, or `ANY_BUFFER`
/// @param bond      wei, for whoever answers
/// @param seed      zero before the draw
struct Demand {
    address demander;
    uint40 openedAt;
    uint40 deadline;
    uint40 seedBlock;
    uint40 entries;
    uint32 buffer;
    uint96 bond;
    bytes32 seed;
}

/// @notice One drawn place.
/// @param buffer index of a constant or a kernel
/// @param draw   of a constant, the word `draw mod words` is asked for; of a kernel, its descriptor
struct Place {
    uint32 buffer;
    uint256 draw;
}

/// @notice The answer for one place.
/// @param proof      the buffer's leaf in the program
/// @param descriptor of a kernel; empty for a constant
/// @param word       of a constant, at the drawn index
/// @param siblings   of that word in the constant's tensor tree, bottom up
struct PlaceProof {
    BufferProof proof;
    bytes descriptor;
    bytes32 word;
    bytes32[] siblings;
}

/// @title  Attestations that a version's files can be had
/// @notice Operators lock stake on having fetched and reproduced a version. For a bond anybody may demand leaves of the program at drawn
///         places; unanswered in time, everybody whose attestation stood is slashed. This samples availability, it does not prove it: SPEC
///         section 11.
interface IAttestations {
    event Attested(bytes32 indexed versionId, address indexed attester, uint256 expires, uint256 stake);
    event AttestationReleased(bytes32 indexed versionId, address indexed attester, uint256 stake);
    event AttestationSlashed(bytes32 indexed versionId, address indexed attester, uint256 stake);
    event DemandOpened(bytes32 indexed versionId, address indexed demander, uint32 buffer, uint256 bond, uint256 seedBlock);
    event DemandRearmed(bytes32 indexed versionId, uint256 seedBlock);
    event DemandDrawn(bytes32 indexed versionId, bytes32 seed, uint256 deadline);
    event DemandAnswered(bytes32 indexed versionId, address indexed answerer, uint256 bond);
    event DemandFailed(bytes32 indexed versionId, address indexed demander, uint256 failure);

    error Attestations_Retired(bytes32 versionId);
    error Attestations_TooEarly(bytes32 versionId, uint256 renewableAt);
    error Attestations_NotAttested(bytes32 versionId, address attester);
    error Attestations_NotLapsed(bytes32 versionId, uint256 expires);
    error Attestations_Forfeit(bytes32 versionId, address attester);
    error Attestations_NotForfeit(bytes32 versionId, address attester);
    error Attestations_NoAttester(bytes32 versionId);
    error Attestations_NoSuchBuffer(uint256 buffer, uint256 least, uint256 most);
    error Attestations_BondTooLow(uint256 needed, uint256 given);
    error Attestations_DemandPending(bytes32 versionId);
    error Attestations_NoDemand(bytes32 versionId);
    error Attestations_AlreadyDrawn(bytes32 versionId);
    error Attestations_NotDrawn(bytes32 versionId);
    error Attestations_SeedNotReady(uint256 seedBlock);
    error Attestations_TooLate(bytes32 versionId, uint256 deadline);
    error Attestations_NotOverdue(bytes32 versionId, uint256 deadline);
    error Attestations_PlaceCount(uint256 expected, uint256 given);
    error Attestations_WrongAnswer(uint256 place, uint256 buffer);

    /// @notice Attests for 30 days, or renews one's attestation in the second half of its life. Locks `VaultRules.attestationStake` of the
    ///         caller's free stake. Whoever attests while a demand is pending does not answer for that one; renewing waits for its end.
    function attest(bytes32 versionId) external;

    /// @notice Frees the stake of the caller's lapsed attestation, unless it is forfeit or answers for a pending demand.
    function release(bytes32 versionId) external;

    /// @notice Slashes an attester who answered for a demand that failed: 30 % go to the demander, 10 % to the caller, the rest is burned.
    function slash(bytes32 versionId, address attester) external;

    /// @notice Demands leaves: four drawn places of all constants and kernels (`ANY_BUFFER`), or two drawn words of one constant and two of
    ///         these places, or one kernel's descriptor and three of them. The value must cover `demandBond`; what is more is credited back. The bond goes to whoever answers.
    function demand(bytes32 versionId, uint32 buffer) external payable;

    /// @notice Fixes the seed of a demand from the hash of its seed block, and its deadline a day later, outages of the sequencer
    ///         not counted. Anybody may, within 256 blocks; later this sets another seed block.
    function draw(bytes32 versionId) external;

    /// @notice Opens the drawn places, in order, and earns the bond.
    function answer(bytes32 versionId, PlaceProof[] calldata places) external;

    /// @notice Ends a demand that was not answered in time: its bond goes back, and the attestations that answered for it are void and forfeit.
    function fail(bytes32 versionId) external;

    /// @notice Wei that a demand takes now: the gas of the dearest answer, with the margin of challengers' bonds.
    /// @dev    Depends on the base fee, which many nodes take as 0 in calls that name no price: name one, or send more.
    function demandBond() external view returns (uint256);

    /// @notice Whether at least `least` attestations of different accounts stand.
    function isAttested(bytes32 versionId, uint256 least) external view returns (bool);

    /// @notice Accounts whose attestations stand, latest first.
    function attestersOf(bytes32 versionId) external view returns (address[] memory);

    /// @notice An account's attestation: stake in wei, zero for none; unix second of its end; whether it is forfeit.
    function attestationOf(bytes32 versionId, address attester) external view returns (uint256 stake, uint256 expires, bool forfeit);

    /// @notice The pending demand; all zero without one.
    function demandOf(bytes32 versionId) external view returns (Demand memory);

    /// @notice What a drawn demand asks for.
    function placesOf(bytes32 versionId) external view returns (Place[] memory);
}
