using Baeum.Plotting;
using Baeum.Plotting.Gif;
using SkiaSharp;

namespace Baeum.Tests.Plotting;

public class GifTests
{
    [Fact]
    public void Noise_comes_back_pixel_by_pixel()
    {
        // more sequences than a code table holds, so it is cleared on the way; two pictures, of which the second changes a part
        var random = new Random(7);
        const int width = 97, height = 83;
        uint[] first = [.. Enumerable.Range(0, width * height).Select(_ => Shade(random.Next(200)))];
        uint[] second = [.. first];
        for (int i = 30 * width; i < 50 * width; i++)
            second[i] = Shade(random.Next(200));
        using var stream = new MemoryStream();
        GifWriter.Write(stream, width, height, [first, second, second], 7);
        GifReader gif = GifReader.Read(stream.ToArray());
        Assert.Equal((width, height, 7), (gif.Width, gif.Height, gif.Hundredths));
        Assert.True(gif.Repeats);
        Assert.Equal([first, second, second], gif.Frames);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(300_000)]
    public void Long_even_rows_come_back(int length)
    {
        byte[] indices = new byte[length];
        indices[^1] = 3;
        using var stream = new MemoryStream();
        LzwEncoder.Write(stream, indices);
        stream.Position = 0;
        Assert.Equal(indices, GifReader.Decompress(stream, length));
        Assert.True(stream.Length < 100 + length / 100, $"{stream.Length} bytes");
    }

    [Fact]
    public void An_animation_of_figures_shows_each_of_them()
    {
        Figure[] frames = [.. from k in Enumerable.Range(1, 4) select (Figure)new Panel("경로", "x", "y") { XLimits = (0, 5), YLimits = (0, 5) }.Path([.. Enumerable.Range(0, k + 1)], [.. Enumerable.Range(0, k + 1)])];
        byte[] bytes = Picture.Gif(frames, 0.2);
        GifReader gif = GifReader.Read(bytes);
        Assert.Equal((4, 20), (gif.Frames.Count, gif.Hundredths));
        for (int k = 0; k < frames.Length; k++)
        {
            using SKBitmap whole = Picture.Bitmap(frames[k], 1);
            Assert.Equal((whole.Width, whole.Height), (gif.Width, gif.Height));
            for (int i = 0; i < gif.Frames[k].Length; i++)
            {
                SKColor wanted = whole.GetPixel(i % gif.Width, i / gif.Width), found = gif.Frames[k][i];
                int off = Math.Max(Math.Abs(wanted.Red - found.Red), Math.Max(Math.Abs(wanted.Green - found.Green), Math.Abs(wanted.Blue - found.Blue)));
                Assert.True(off <= 24, $"frame {k}, pixel {i}: {found} for {wanted}");
            }
        }
    }

    [Fact]
    public void An_animation_needs_pictures_of_one_size()
    {
        Assert.Throws<ArgumentException>(() => Picture.Gif([]));
        Assert.Throws<ArgumentException>(() => Picture.Gif([new Panel("a"), new Figure("b", 2, [new Panel("a"), new Panel("b")])]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Picture.Gif([new Panel("a")], double.NaN));
    }

    private static uint Shade(int number) => 0xFF000000 | (uint)(number % 6 * 40) << 16 | (uint)(number / 6 % 6 * 40) << 8 | (uint)(number / 36 * 40);
}
