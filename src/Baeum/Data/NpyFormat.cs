using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Baeum;

/// <summary>The .npy format: a mark, a header written as a Python dictionary, then the elements.</summary>
internal static class NpyFormat
{
    private const int LongestHeader = 1 << 20;

    private static ReadOnlySpan<byte> Mark => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    internal static Tensor Read(ReadOnlySpan<byte> file, string path)
    {
        var (type, fortran, shape, start) = ReadHeader(file, path);
        int size = ElementSize(type, path);
        var data = file[start..];
        if ((long)shape.Count * size != data.Length)
            throw new DataFileException(path, $"{shape} elements of '{type}' take {(long)shape.Count * size} bytes, but {data.Length} follow the header.");
        // in Fortran's order the first dimension runs fastest: the same bytes as the transpose row by row
        var stored = fortran && shape.Rank > 1 ? Shape.Own([.. shape.Sizes.Reverse()]) : shape;
        var tensor = Convert(data, type, size, stored, path);
        return ReferenceEquals(stored, shape) ? tensor : tensor.T.Contiguous();
    }

    internal static void Write(Stream stream, Tensor tensor)
    {
        var contiguous = tensor.DType == DType.BFloat16 ? tensor.To(DType.Float32) : tensor.Contiguous();
        string type = contiguous.DType switch
        {
            DType.Bool => "|b1",
            DType.Int64 => "<i8",
            DType.Float16 => "<f2",
            DType.Float32 => "<f4",
            _ => "<f8",
        };
        string shape = string.Join(", ", contiguous.Shape.ToArray()) + (contiguous.Rank == 1 ? "," : "");
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}";
        int padding = 63 - (10 + header.Length) % 64;
        header += new string(' ', padding) + "\n";
        Span<byte> length = stackalloc byte[4];
        stream.Write(Mark);
        // two bytes of length suffice but for thousands of dimensions
        bool isLong = header.Length > ushort.MaxValue;
        stream.Write([isLong ? (byte)2 : (byte)1, 0]);
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        stream.Write(isLong ? length : length[..2]);
        stream.Write(Encoding.ASCII.GetBytes(header));
        Safetensors.WriteElements(stream, contiguous);
    }

    private static (string Type, bool Fortran, Shape Shape, int Start) ReadHeader(ReadOnlySpan<byte> file, string path)
    {
        if (file.Length < 10 || !file.StartsWith(Mark)) throw new DataFileException(path, "it does not begin as a .npy file does.");
        int version = file[6];
        if (version is < 1 or > 3) throw new DataFileException(path, $"version {version} of .npy is not known; 1 to 3 are.");
        int prefix = version == 1 ? 10 : 12;
        if (file.Length < prefix) throw new DataFileException(path, "the file ends within its header.");
        long length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(file[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        if (length > LongestHeader || length > file.Length - prefix) throw new DataFileException(path, $"the header claims {length} bytes, but {file.Length - prefix} follow.");
        var parser = new HeaderParser((version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(file.Slice(prefix, (int)length)), path);
        var (type, fortran, shape) = parser.Parse();
        return (type, fortran, shape, prefix + (int)length);
    }

    private static int ElementSize(string type, string path)
    {
        if (type.Length == 3 && type[0] is '<' or '>' or '|' or '=')
        {
            switch (type[1..])
            {
                case "b1" or "u1" or "i1": return 1;
                case "u2" or "i2" or "f2": return 2;
                case "u4" or "i4" or "f4": return 4;
                case "u8" or "i8" or "f8": return 8;
            }
        }
        throw new DataFileException(path, $"elements of type '{type}' cannot be read; b1, u1 to u8, i1 to i8 and f2 to f8 can.");
    }

    private static Tensor Convert(ReadOnlySpan<byte> data, string type, int size, Shape shape, string path)
    {
        bool swap = type[0] == '>';
        switch (type[1..])
        {
            case "f8": return Same<double, ulong>(data, shape, DType.Float64, swap, BinaryPrimitives.ReverseEndianness);
            case "f4": return Same<float, uint>(data, shape, DType.Float32, swap, BinaryPrimitives.ReverseEndianness);
            case "f2": return Same<Half, ushort>(data, shape, DType.Float16, swap, BinaryPrimitives.ReverseEndianness);
            case "i8": return Same<long, ulong>(data, shape, DType.Int64, swap, BinaryPrimitives.ReverseEndianness);
        }
        bool isBool = type[1] == 'b', isSigned = type[1] == 'i';
        var tensor = Tensor.Allocate(shape, isBool ? DType.Bool : DType.Int64);
        for (int i = 0; i < tensor.Count; i++)
        {
            ulong bits = 0;
            for (int b = 0; b < size; b++) bits |= (ulong)data[i * size + b] << (8 * (swap ? size - 1 - b : b));
            if (isBool) tensor.Write<bool>()[i] = bits != 0;
            else if (isSigned) tensor.Write<long>()[i] = (long)(bits << (64 - 8 * size)) >> (64 - 8 * size);
            else if (bits > long.MaxValue) throw new DataFileException(path, $"{bits} is too large for Int64.");
            else tensor.Write<long>()[i] = (long)bits;
        }
        return tensor;
    }

    private static Tensor Same<T, TBits>(ReadOnlySpan<byte> data, Shape shape, DType dtype, bool swap, Func<TBits, TBits> reverse) where T : unmanaged where TBits : unmanaged
    {
        var tensor = Tensor.Allocate(shape, dtype);
        var target = tensor.Write<T>();
        for (int done = 0; done < target.Length; done += 1 << 24)
        {
            var piece = MemoryMarshal.AsBytes(target[done..Math.Min(target.Length, done + (1 << 24))]);
            data.Slice(done * Unsafe.SizeOf<T>(), piece.Length).CopyTo(piece);
            if (!swap) continue;
            foreach (ref var bits in MemoryMarshal.Cast<byte, TBits>(piece)) bits = reverse(bits);
        }
        return tensor;
    }

    /// <summary>Reads <c>{'descr': '&lt;f8', 'fortran_order': False, 'shape': (3, 4), }</c> and nothing else.</summary>
    private sealed class HeaderParser(string text, string path)
    {
        private int position;

        internal (string Type, bool Fortran, Shape Shape) Parse()
        {
            string? type = null;
            bool? fortran = null;
            Shape? shape = null;
            Expect('{');
            while (!Take('}'))
            {
                string key = ReadString();
                Expect(':');
                switch (key)
                {
                    case "descr" when type is null: type = ReadString(); break;
                    case "fortran_order" when fortran is null: fortran = ReadBool(); break;
                    case "shape" when shape is null: shape = ReadShape(); break;
                    default: throw Broken($"the entry '{key}' is unknown or doubled");
                }
                if (!Take(','))
                {
                    Expect('}');
                    break;
                }
            }
            SkipBlanks();
            if (position != text.Length) throw Broken("something follows the dictionary");
            if (type is null || fortran is null || shape is null) throw Broken("descr, fortran_order or shape is missing");
            return (type, fortran.Value, shape);
        }

        private Shape ReadShape()
        {
            Expect('(');
            var sizes = new List<int>();
            long count = 1;
            while (!Take(')'))
            {
                int start = position;
                while (position < text.Length && char.IsAsciiDigit(text[position])) position++;
                if (!int.TryParse(text.AsSpan(start, position - start), NumberStyles.None, CultureInfo.InvariantCulture, out int size))
                    throw Broken("the shape must hold whole numbers of 0 or more, below 2^31");
                sizes.Add(size);
                count *= size;
                if (count > int.MaxValue) throw Broken($"the shape has more than {int.MaxValue} elements");
                if (!Take(','))
                {
                    Expect(')');
                    break;
                }
            }
            return Shape.Own([.. sizes]);
        }

        private string ReadString()
        {
            SkipBlanks();
            char quote = position < text.Length ? text[position] : '\0';
            int end = quote is '\'' or '"' ? text.IndexOf(quote, position + 1) : -1;
            if (end < 0) throw Broken("a text in quotes was expected");
            string value = text[(position + 1)..end];
            position = end + 1;
            return value;
        }

        private bool ReadBool()
        {
            SkipBlanks();
            foreach (var (word, value) in new[] { ("True", true), ("False", false) })
            {
                if (!text.AsSpan(position).StartsWith(word, StringComparison.Ordinal)) continue;
                position += word.Length;
                return value;
            }
            throw Broken("True or False was expected");
        }

        private void Expect(char c)
        {
            if (!Take(c)) throw Broken($"'{c}' was expected");
        }

        /// <summary>Steps over blanks and, if it is next, the character and the blanks behind it.</summary>
        private bool Take(char c)
        {
            SkipBlanks();
            if (position >= text.Length || text[position] != c) return false;
            position++;
            SkipBlanks();
            return true;
        }

        private void SkipBlanks()
        {
            while (position < text.Length && text[position] is ' ' or '\n' or '\r' or '\t') position++;
        }

        private DataFileException Broken(string reason) => new(path, $"the header is broken at character {position}: {reason}.");
    }
}
