"""Film the scene: VTK off-screen, one plotter for a whole clip, only vertex positions change from frame to frame."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from hiphinge.geometry import Floats
from validation.simulate.clothes import Layer
from validation.simulate.scene import Camera, Room, floor_texture, props, shadow, stand, wall_texture

HALF_SHADOW_M = 1.6
SHINE = {"skin": 0.12, "hair": 0.25, "shoes": 0.25, "shirt": 0.03, "trousers": 0.05}


class Film:
    """A room with a camera. `person` adds someone, `thing` a mesh, `frame` draws."""

    def __init__(self, camera: Camera, room: Room, *, silhouette: bool = False, smooth: bool = False) -> None:
        self.camera, self.room, self.silhouette = camera, room, silhouette
        self.plotter = pv.Plotter(off_screen=True, window_size=(camera.width, camera.height), lighting="none")
        self.plotter.set_background("black" if silhouette else tuple(c / 300 for c in room.wall))
        self.plotter.render_window.SetMultiSamples(8 if smooth else 0)  # without: a third of the time in software
        self.people: list[list[tuple[Layer, Any]]] = []
        self.place()
        if not silhouette:
            self._lights()
            self._surroundings()

    def place(self, jolt: Floats | None = None) -> None:
        """Put the camera on its stand, moved by `jolt` (see scene.stand)."""
        eye, ahead, _, up = stand(self.camera, jolt)
        vtk = self.plotter.camera
        vtk.position, vtk.focal_point, vtk.up = tuple(eye), tuple(eye + ahead), tuple(up)
        vtk.view_angle = self.camera.view_deg
        vtk.clipping_range = (0.3, 30.0)

    def person(self, layers: Sequence[Layer]) -> int:
        """Add someone; returns their number for `frame`."""
        drawn = []
        for layer in layers:
            points = np.zeros((len(layer.index), 3), dtype=np.float32)
            mesh = pv.PolyData(points, np.c_[np.full(len(layer.faces), 3), layer.faces].ravel())
            mesh.point_data["colour"] = layer.colour
            mesh.point_data["Normals"] = points.copy()
            mesh.point_data.active_normals_name = "Normals"
            if self.silhouette:
                self.plotter.add_mesh(mesh, color="white", lighting=False, render=False)
            else:
                actor = self.plotter.add_mesh(
                    mesh, scalars="colour", rgb=True, smooth_shading=False, ambient=0.28, diffuse=0.8,
                    specular=SHINE.get(layer.name, 0.1), specular_power=14, render=False,
                )  # fmt: skip
                actor.prop.interpolation = "phong"
            drawn.append((layer, mesh))
        self.people.append(drawn)
        return len(self.people) - 1

    def thing(self, mesh: Any, colour: Any, *, shine: float = 0.3) -> Any:
        """Add a mesh of one colour or with (points, 3) colours; returns its actor, to be carried by `ride`."""
        paint: dict[str, Any] = (
            {"color": "white"}
            if self.silhouette
            else {"color": [c / 255 for c in colour]}
            if np.ndim(colour) == 1
            else {"scalars": colour, "rgb": True}
        )
        return self.plotter.add_mesh(
            mesh, **paint, ambient=0.25, diffuse=0.8, specular=shine, specular_power=20,
            smooth_shading=True, split_sharp_edges=True, lighting=not self.silhouette, render=False,
        )  # fmt: skip

    def ride(self, actor: Any, turn: Floats, rest: Floats, place: Floats) -> None:
        """Carry a mesh built in the rest posture on a bone: `rest` is the bone's joint there, `place` its joint now."""
        matrix = np.eye(4)
        matrix[:3, :3] = turn
        matrix[:3, 3] = place - turn @ rest
        actor.user_matrix = matrix

    def move(self, person: int, vertices: Floats, normals: Floats) -> None:
        """Give a person their posture."""
        for layer, mesh in self.people[person]:
            points, normal = layer.shape(vertices, normals)
            mesh.points = points.astype(np.float32)
            mesh.point_data["Normals"] = normal.astype(np.float32)

    def cast(self, vertices: Floats) -> None:
        """Throw soft shadows of these vertices on the floor."""
        light = np.array(self.room.light_from)
        dark = shadow(vertices, light, HALF_SHADOW_M)
        picture = np.zeros((*dark.shape, 4), dtype=np.uint8)
        picture[..., 3] = dark
        texture = pv.Texture(np.ascontiguousarray(picture[::-1]))
        texture.interpolate = True
        self.shade.texture = texture

    def frame(self) -> NDArray[np.uint8]:
        """Draw: (height, width, 3) RGB, or (height, width) silhouette 0/255."""
        self.plotter.renderer.ResetCameraClippingRange()
        self.plotter.render()
        picture = np.asarray(self.plotter.screenshot(return_img=True))
        return np.asarray(picture[..., 0] if self.silhouette else picture)

    def close(self) -> None:
        """Free the window."""
        self.plotter.close()

    def _lights(self) -> None:
        warm = 0.06 * self.room.warm
        tint = (1.0, 1.0 - 0.5 * abs(warm), 1.0 - warm) if warm >= 0 else (1.0 + warm, 1.0 + 0.4 * warm, 1.0)
        side = 1.0 if self.camera.facing == "right" else -1.0
        x, y, z = self.room.light_from
        for place, strength in (
            ((x, y * side, z), 0.72),
            ((-2.0, -2.0 * side, 1.5), 0.30),
            ((0.0, 1.5 * side, 3.0), 0.25),
        ):
            light = pv.Light(position=place, focal_point=(0, 0, 0.8), color=tint, intensity=strength * self.room.light)
            light.positional = False
            self.plotter.add_light(light)

    def _surroundings(self) -> None:
        side = 1.0 if self.camera.facing == "right" else -1.0
        wall = _rectangle([(-8 * side, side * self.room.wall_m, 0), (8 * side, side * self.room.wall_m, 0)], 3.6)
        floor = _floor(9.0, 0.0)
        bright = 0.55 + 0.45 * self.room.light
        for mesh, texture in ((wall, wall_texture(self.room)), (floor, floor_texture(self.room))):
            lit = np.clip(texture * min(bright, 1.15), 0, 255).astype(np.uint8)
            surface = pv.Texture(lit)
            surface.interpolate = surface.mipmap = True
            self.plotter.add_mesh(mesh, texture=surface, lighting=False, render=False)
        self.shade = self.plotter.add_mesh(
            _floor(HALF_SHADOW_M, 0.002),
            texture=pv.Texture(np.zeros((8, 8, 4), np.uint8)),
            lighting=False,
            render=False,
        )
        for mesh, colour, shine in props(self.room, self.camera):
            self.thing(mesh, colour, shine=shine)


def _floor(half: float, height: float) -> Any:
    mesh = pv.PolyData(
        np.array([[-half, -half, height], [half, -half, height], [half, half, height], [-half, half, height]]),
        [4, 0, 1, 2, 3],
    )
    mesh.active_texture_coordinates = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=float)
    return mesh


def _rectangle(foot: list[tuple[float, float, float]], height: float) -> Any:
    (x0, y0, z0), (x1, y1, z1) = foot
    mesh = pv.PolyData(
        np.array([[x0, y0, z0], [x1, y1, z1], [x1, y1, z1 + height], [x0, y0, z0 + height]], dtype=float),
        [4, 0, 1, 2, 3],
    )
    mesh.active_texture_coordinates = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=float)
    return mesh
