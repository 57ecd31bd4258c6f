using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>The three far walls of a panel in space, with grid, ticks and labels at their outer edges.</summary>
internal static class SpaceBox
{
    internal static void Draw(SKCanvas canvas, Panel panel, SpaceView view, float tickSize, float labelSize)
    {
        (double farX, double nearX) = view.Side.X > 0 ? (view.X.Low, view.X.High) : (view.X.High, view.X.Low);
        (double farY, double nearY) = view.Side.Y > 0 ? (view.Y.Low, view.Y.High) : (view.Y.High, view.Y.Low);
        double floor = view.Floor, lid = floor == view.Z.Low ? view.Z.High : view.Z.Low;
        Ticks xs = Ticks.Linear(view.X.Low, view.X.High, 5), ys = Ticks.Linear(view.Y.Low, view.Y.High, 5), zs = Ticks.Linear(view.Z.Low, view.Z.High, 5);
        SKPoint At(double x, double y, double z) => view.Project(x, y, z).At;

        using var paint = new SKPaint { IsAntialias = true };
        void Wall(SKColor color, params SKPoint[] corners)
        {
            using var path = new SKPath();
            path.AddPoly(corners);
            paint.Style = SKPaintStyle.Fill;
            paint.Color = color;
            canvas.DrawPath(path, paint);
        }
        Wall(new SKColor(0xF1, 0xF1, 0xF4), At(farX, view.Y.Low, floor), At(farX, view.Y.High, floor), At(farX, view.Y.High, lid), At(farX, view.Y.Low, lid));
        Wall(new SKColor(0xF6, 0xF6, 0xF8), At(view.X.Low, farY, floor), At(view.X.High, farY, floor), At(view.X.High, farY, lid), At(view.X.Low, farY, lid));
        Wall(new SKColor(0xEC, 0xEC, 0xF0), At(view.X.Low, view.Y.Low, floor), At(view.X.High, view.Y.Low, floor), At(view.X.High, view.Y.High, floor), At(view.X.Low, view.Y.High, floor));
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = 0.8f;
        paint.Color = new SKColor(0xD2, 0xD2, 0xD8);
        void Bent(SKPoint a, SKPoint b, SKPoint c)
        {
            canvas.DrawLine(a, b, paint);
            canvas.DrawLine(b, c, paint);
        }
        foreach (double x in xs.Major)
            Bent(At(x, nearY, floor), At(x, farY, floor), At(x, farY, lid));
        foreach (double y in ys.Major)
            Bent(At(nearX, y, floor), At(farX, y, floor), At(farX, y, lid));
        foreach (double z in zs.Major)
            Bent(At(nearX, farY, z), At(farX, farY, z), At(farX, nearY, z));

        // numbers stand at the near edges of the floor and at the upright edge furthest to the left
        SKPoint middle = At((view.X.Low + view.X.High) / 2, (view.Y.Low + view.Y.High) / 2, floor);
        Edge(canvas, xs, panel.XLabel, at => At(at, nearY, floor), (view.X.Low, view.X.High), middle, tickSize, labelSize);
        Edge(canvas, ys, panel.YLabel, at => At(nearX, at, floor), (view.Y.Low, view.Y.High), middle, tickSize, labelSize);
        (double X, double Y) upright = At(nearX, farY, floor).X < At(farX, nearY, floor).X ? (nearX, farY) : (farX, nearY);
        SKPoint foot = At(upright.X, upright.Y, view.Z.Low), top = At(upright.X, upright.Y, view.Z.High);
        if (SKPoint.Distance(foot, top) > 30)
            Edge(canvas, zs, panel.ZLabel, at => At(upright.X, upright.Y, at), (view.Z.Low, view.Z.High), new SKPoint(foot.X + 1000, (foot.Y + top.Y) / 2), tickSize, labelSize);
    }

    private static void Edge(SKCanvas canvas, Ticks ticks, string label, Func<double, SKPoint> at, (double Low, double High) ends, SKPoint inside, float tickSize, float labelSize)
    {
        SKPoint from = at(ends.Low), to = at(ends.High), centre = new((from.X + to.X) / 2, (from.Y + to.Y) / 2);
        float length = SKPoint.Distance(from, to);
        using var paint = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1.1f, Color = Palette.Ink };
        canvas.DrawLine(from, to, paint);
        // an edge seen end-on has no room for numbers
        if (length < 30)
            return;
        // at right angles to the edge, away from the box
        SKPoint out1 = new(-(to.Y - from.Y) / length, (to.X - from.X) / length);
        float away = out1.X * (centre.X - inside.X) + out1.Y * (centre.Y - inside.Y);
        if (Math.Abs(away) < 1 ? out1.Y < 0 : away < 0)
            out1 = new(-out1.X, -out1.Y);
        float widest = 0;
        float spacing = ticks.Major.Length > 1 ? SKPoint.Distance(at(ticks.Major[0]), at(ticks.Major[1])) : length;
        int every = Math.Max(1, (int)Math.Ceiling(15 / Math.Max(1, spacing)));
        for (int i = 0; i < ticks.Major.Length; i++)
        {
            SKPoint mark = at(ticks.Major[i]);
            canvas.DrawLine(mark, new SKPoint(mark.X + out1.X * 5, mark.Y + out1.Y * 5), paint);
            if (i % every != 0)
                continue;
            float width = Words.Width(ticks.Labels[i], tickSize);
            widest = Math.Max(widest, width);
            Words.Draw(canvas, ticks.Labels[i], mark.X + out1.X * (12 + width / 2), mark.Y + out1.Y * 14, tickSize, Palette.Ink);
        }
        float size = Words.Fit(label, Math.Max(length, 120), labelSize);
        bool upright = Math.Abs(to.X - from.X) < 0.3f * length;
        float beyond = upright ? widest + 22 : 22 + Math.Abs(out1.X) * (widest + 6) + Math.Abs(out1.Y) * 12;
        float angle = upright ? -90 : (float)(Math.Atan2(to.Y - from.Y, to.X - from.X) * 180 / Math.PI);
        angle = angle > 90 ? angle - 180 : angle <= -90.5f ? angle + 180 : angle;
        Words.Draw(canvas, label, centre.X + out1.X * beyond, centre.Y + out1.Y * beyond, size, Palette.Ink, angle: angle);
    }
}
