using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Baeum.Kernels;

namespace Baeum;

/// <summary>
/// Philox4x32-10 (Salmon and others, "Parallel random numbers: as easy as 1, 2, 3", 2011): each block of four words is a function of key
/// and counter alone, so a stream can be split into any number of independent ones. Layers that need their own noise (drop-out) and
/// workers that run side by side take a <see cref="Split"/> each and stay reproducible whatever the order they run in.
/// </summary>
public sealed class PhiloxRandom : RandomGenerator
{
    private const uint StateTag = 0x4c485042;
    private const int StateBody = 8 + 16 + 1 + 1 + 8;
    private const int Rounds = 10, FourBlocks = 16;

    private ulong _key;
    private UInt128 _counter;
    private uint _word0, _word1, _word2, _word3;
    private int _used = 4;
    private double _cachedNormal;
    private bool _hasCachedNormal;

    /// <summary>The stream of this seed; every seed gives another one.</summary>
    public PhiloxRandom(ulong seed) => _key = seed;

    /// <summary>
    /// An independent stream, fixed by this one's seed and <paramref name="index"/> alone: what has been drawn so far does not matter,
    /// and this stream does not move.
    /// </summary>
    public PhiloxRandom Split(ulong index)
    {
        // counters with the top bit set are never reached by drawing, so a child's key is no number that the parent gives out
        Block(_key, new UInt128(1UL << 63, index), out uint a, out uint b, out _, out _);
        return new PhiloxRandom(((ulong)b << 32) | a);
    }

    /// <summary>Ten rounds over one counter: the four words of a block.</summary>
    internal static void Block(ulong key, UInt128 counter, out uint word0, out uint word1, out uint word2, out uint word3)
    {
        uint c0 = (uint)counter, c1 = (uint)(counter >> 32), c2 = (uint)(counter >> 64), c3 = (uint)(counter >> 96);
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong left = 0xD2511F53UL * c0, right = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(right >> 32) ^ c1 ^ k0, (uint)right, (uint)(left >> 32) ^ c3 ^ k1, (uint)left);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        (word0, word1, word2, word3) = (c0, c1, c2, c3);
    }

    private uint NextUInt32()
    {
        if (_used == 4)
        {
            Block(_key, _counter++, out _word0, out _word1, out _word2, out _word3);
            _used = 0;
        }
        return _used++ switch { 0 => _word0, 1 => _word1, 2 => _word2, _ => _word3 };
    }

    private ulong NextUInt64()
    {
        ulong upper = NextUInt32();
        return (upper << 32) | NextUInt32();
    }

    private protected override double Sample() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    private protected override float SampleSingle() => (NextUInt32() >> 8) * (1.0f / (1 << 24));

    /// <summary>Box-Muller; 1 - u keeps the logarithm away from 0.</summary>
    private protected override double NextNormal()
    {
        if (_hasCachedNormal)
        {
            _hasCachedNormal = false;
            return _cachedNormal;
        }
        double radius = Math.Sqrt(-2 * Math.Log(1 - Sample()));
        var (sine, cosine) = Math.SinCos(Math.Tau * Sample());
        _cachedNormal = radius * sine;
        _hasCachedNormal = true;
        return radius * cosine;
    }

    /// <inheritdoc/>
    public override void Integers(Span<long> destination, long low, long high)
    {
        CheckIntegers(low, high);
        ulong range = (ulong)high - (ulong)low;
        for (int i = 0; i < destination.Length; i++)
            destination[i] = (long)((ulong)low + Below(range));
    }

    /// <summary>Lemire's unbiased draw from [0, range).</summary>
    private ulong Below(ulong range)
    {
        ulong threshold = unchecked(0UL - range) % range;
        while (true)
        {
            ulong value = Math.BigMul(NextUInt64(), range, out ulong low);
            if (low >= threshold)
                return value;
        }
    }

    /// <inheritdoc/>
    public override void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int other = (int)Below((ulong)i + 1);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    /// <inheritdoc/>
    public override void Bernoulli(Span<bool> destination, double probability)
    {
        CheckProbability(probability);
        ulong threshold = (ulong)(probability * 4294967296.0);
        int i = 0;
        for (; i < destination.Length && _used < 4; i++)
            destination[i] = NextUInt32() < threshold;
        // the four counters of a group are counted in 64 bits
        int groups = Avx2.IsSupported && threshold <= uint.MaxValue && (ulong)_counter <= ulong.MaxValue / 2 ? (destination.Length - i) / FourBlocks : 0;
        var body = new BernoulliBody { Key = _key, Counter = _counter, Threshold = (uint)threshold, Destination = destination.Slice(i, groups * FourBlocks) };
        Threads.ForRange(groups, 1024, FourBlocks, ref body);
        _counter += 4 * (UInt128)groups;
        for (i += groups * FourBlocks; i < destination.Length; i++)
            destination[i] = NextUInt32() < threshold;
    }

    /// <summary>Sixteen truths at a time: the rounds of <see cref="Block"/> on four blocks side by side, one lane each.</summary>
    private ref struct BernoulliBody : IRangeBody
    {
        internal ulong Key;
        internal UInt128 Counter;
        internal uint Threshold;
        internal Span<bool> Destination;

        [MethodImpl(Simd.HotLoop)]
        public readonly void Invoke(int start, int end)
        {
            Span<Vector256<ulong>> keys = stackalloc Vector256<ulong>[2 * Rounds];
            uint k0 = (uint)Key, k1 = (uint)(Key >> 32);
            for (int round = 0; round < keys.Length; round += 2)
            {
                (keys[round], keys[round + 1]) = (Vector256.Create((ulong)k0), Vector256.Create((ulong)k1));
                k0 += 0x9E3779B9;
                k1 += 0xBB67AE85;
            }
            ref byte destination = ref Unsafe.As<bool, byte>(ref MemoryMarshal.GetReference(Destination));
            Vector256<uint> threshold = Vector256.Create(Threshold);
            Vector256<ulong> upper2 = Vector256.Create((ulong)(uint)(Counter >> 64)), upper3 = Vector256.Create((ulong)(Counter >> 96));
            for (int group = start; group < end; group++)
            {
                Vector256<ulong> c0 = Vector256.Create((ulong)Counter + 4 * (ulong)group) + Vector256.Create(0UL, 1, 2, 3), c1 = c0 >>> 32, c2 = upper2, c3 = upper3;
                for (int round = 0; round < keys.Length; round += 2)
                {
                    // the product takes the lower halves of its factors alone, so what stands in the upper halves does no harm
                    Vector256<ulong> left = Avx2.Multiply(c0.AsUInt32(), Vector256.Create(0xD2511F53UL).AsUInt32());
                    Vector256<ulong> right = Avx2.Multiply(c2.AsUInt32(), Vector256.Create(0xCD9E8D57UL).AsUInt32());
                    c0 = (right >>> 32) ^ c1 ^ keys[round];
                    c2 = (left >>> 32) ^ c3 ^ keys[round + 1];
                    (c1, c3) = (right, left);
                }
                Vector256<ulong> lowerHalf = Vector256.Create((ulong)uint.MaxValue);
                Vector256<ulong> front = (c0 & lowerHalf) | (c1 << 32), back = (c2 & lowerHalf) | (c3 << 32); // two words of each block
                Vector256<ulong> even = Avx2.UnpackLow(front, back), odd = Avx2.UnpackHigh(front, back);       // blocks 0 and 2, 1 and 3
                Vector256<uint> first = Avx2.Permute2x128(even, odd, 0x20).AsUInt32(), second = Avx2.Permute2x128(even, odd, 0x31).AsUInt32();
                Vector256<ushort> below = Vector256.Narrow(Vector256.LessThan(first, threshold), Vector256.LessThan(second, threshold));
                (Vector128.Narrow(below.GetLower(), below.GetUpper()) & Vector128<byte>.One).StoreUnsafe(ref destination, (nuint)(group * FourBlocks));
            }
        }
    }

    /// <inheritdoc/>
    public override byte[] GetState()
    {
        var state = new byte[4 + StateBody];
        BinaryPrimitives.WriteUInt32LittleEndian(state, StateTag);
        BinaryPrimitives.WriteUInt64LittleEndian(state.AsSpan(4), _key);
        BinaryPrimitives.WriteUInt128LittleEndian(state.AsSpan(12), _counter);
        state[28] = (byte)_used;
        state[29] = _hasCachedNormal ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteDoubleLittleEndian(state.AsSpan(30), _cachedNormal);
        return state;
    }

    /// <inheritdoc/>
    public override void SetState(ReadOnlySpan<byte> state)
    {
        var body = OpenState(state, StateTag, StateBody);
        int used = body[24];
        var counter = BinaryPrimitives.ReadUInt128LittleEndian(body[8..]);
        if (used > 4 || body[25] > 1 || (used < 4 && counter == 0))
            ThrowState("impossible position");
        _key = BinaryPrimitives.ReadUInt64LittleEndian(body);
        _counter = counter;
        _used = used;
        if (used < 4)
            Block(_key, counter - 1, out _word0, out _word1, out _word2, out _word3);
        _hasCachedNormal = body[25] == 1;
        _cachedNormal = BinaryPrimitives.ReadDoubleLittleEndian(body[26..]);
    }
}
